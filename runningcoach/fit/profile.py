"""What the numbers in a FIT file mean: the messages and fields that we read and write.

One table a message, one line a field: number, name, type, and scale and offset where there are
any (physical value = raw / scale - offset). `[]` marks a field that holds several values.
Types are the base types of the protocol, and these: date_time (uint32, seconds since FIT's
epoch), local_date_time (the same, on the athlete's clock). Field 253 is the `timestamp` of
every message, so that the tables leave it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

EPOCH_S = 631_065_600
"""FIT counts seconds from 1989-12-31 00:00 UTC."""

RELATIVE_BELOW = 0x10000000
"""A date_time below this counts seconds since the device was switched on: it is no date."""

TIMESTAMP = 253
"""The number of the field `timestamp`, which is the same in every message."""


class BaseType(NamedTuple):
    """How a value is laid out: its code in a definition, NumPy's name of it, what says "none"."""

    code: int
    numpy: str
    size: int
    invalid: int | None


BASE_TYPES: Mapping[str, BaseType] = {
    "enum": BaseType(0x00, "u1", 1, 0xFF),
    "sint8": BaseType(0x01, "i1", 1, 0x7F),
    "uint8": BaseType(0x02, "u1", 1, 0xFF),
    "string": BaseType(0x07, "S", 1, None),
    "uint8z": BaseType(0x0A, "u1", 1, 0),
    "byte": BaseType(0x0D, "u1", 1, 0xFF),
    "sint16": BaseType(0x83, "i2", 2, 0x7FFF),
    "uint16": BaseType(0x84, "u2", 2, 0xFFFF),
    "sint32": BaseType(0x85, "i4", 4, 0x7FFFFFFF),
    "uint32": BaseType(0x86, "u4", 4, 0xFFFFFFFF),
    "float32": BaseType(0x88, "f4", 4, None),
    "float64": BaseType(0x89, "f8", 8, None),
    "uint16z": BaseType(0x8B, "u2", 2, 0),
    "uint32z": BaseType(0x8C, "u4", 4, 0),
    "sint64": BaseType(0x8E, "i8", 8, 0x7FFFFFFFFFFFFFFF),
    "uint64": BaseType(0x8F, "u8", 8, 0xFFFFFFFFFFFFFFFF),
    "uint64z": BaseType(0x90, "u8", 8, 0),
}
BASE_TYPES_BY_CODE: Mapping[int, BaseType] = {base.code: base for base in BASE_TYPES.values()}

Kind = Literal["number", "string", "date_time", "local_date_time"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message; `base` is the type that we write it in."""

    number: int
    name: str
    base: BaseType
    kind: Kind = "number"
    scale: float = 1.0
    offset: float = 0.0
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message, its fields found by number and by name."""

    number: int
    name: str
    fields: Mapping[int, Field]
    by_name: Mapping[str, Field]


_TABLES = """
file_id 0
0    type                            enum
1    manufacturer                    uint16
2    product                         uint16
3    serial_number                   uint32z
4    time_created                    date_time
5    number                          uint16
8    product_name                    string

file_creator 49
0    software_version                uint16
1    hardware_version                uint8

software 35
3    version                         uint16      100
5    part_number                     string
254  message_index                   uint16

user_profile 3
0    friendly_name                   string
1    gender                          enum
2    age                             uint8
3    height                          uint8       100
4    weight                          uint16      10
5    language                        enum
6    elev_setting                    enum
7    weight_setting                  enum
8    resting_heart_rate              uint8
9    default_max_running_heart_rate  uint8
10   default_max_biking_heart_rate   uint8
11   default_max_heart_rate          uint8
12   hr_setting                      enum
13   speed_setting                   enum
14   dist_setting                    enum
16   power_setting                   enum
17   activity_class                  enum
18   position_setting                enum
21   temperature_setting             enum
22   local_id                        uint16
23   global_id                       byte[]
28   wake_time                       uint32
29   sleep_time                      uint32
30   height_setting                  enum
31   user_running_step_length        uint16      1000
32   user_walking_step_length        uint16      1000
47   depth_setting                   enum
49   dive_count                      uint32
254  message_index                   uint16

zones_target 7
1    max_heart_rate                  uint8
2    threshold_heart_rate            uint8
3    functional_threshold_power      uint16
5    hr_calc_type                    enum
7    pwr_calc_type                   enum

hr_zone 8
1    high_bpm                        uint8
2    name                            string
254  message_index                   uint16

power_zone 9
1    high_value                      uint16
2    name                            string
254  message_index                   uint16

sport 12
0    sport                           enum
1    sub_sport                       enum
3    name                            string

session 18
0    event                           enum
1    event_type                      enum
2    start_time                      date_time
3    start_position_lat              sint32
4    start_position_long             sint32
5    sport                           enum
6    sub_sport                       enum
7    total_elapsed_time              uint32      1000
8    total_timer_time                uint32      1000
9    total_distance                  uint32      100
10   total_cycles                    uint32
11   total_calories                  uint16
13   total_fat_calories              uint16
14   avg_speed                       uint16      1000
15   max_speed                       uint16      1000
16   avg_heart_rate                  uint8
17   max_heart_rate                  uint8
18   avg_cadence                     uint8
19   max_cadence                     uint8
20   avg_power                       uint16
21   max_power                       uint16
22   total_ascent                    uint16
23   total_descent                   uint16
24   total_training_effect           uint8       10
25   first_lap_index                 uint16
26   num_laps                        uint16
27   event_group                     uint8
28   trigger                         enum
29   nec_lat                         sint32
30   nec_long                        sint32
31   swc_lat                         sint32
32   swc_long                        sint32
33   num_lengths                     uint16
34   normalized_power                uint16
35   training_stress_score           uint16      10
36   intensity_factor                uint16      1000
37   left_right_balance              uint16
38   end_position_lat                sint32
39   end_position_long               sint32
41   avg_stroke_count                uint32      10
42   avg_stroke_distance             uint16      100
43   swim_stroke                     enum
44   pool_length                     uint16      100
45   threshold_power                 uint16
46   pool_length_unit                enum
47   num_active_lengths              uint16
48   total_work                      uint32
49   avg_altitude                    uint16      5 500
50   max_altitude                    uint16      5 500
51   gps_accuracy                    uint8
52   avg_grade                       sint16      100
53   avg_pos_grade                   sint16      100
54   avg_neg_grade                   sint16      100
55   max_pos_grade                   sint16      100
56   max_neg_grade                   sint16      100
57   avg_temperature                 sint8
58   max_temperature                 sint8
59   total_moving_time               uint32      1000
60   avg_pos_vertical_speed          sint16      1000
61   avg_neg_vertical_speed          sint16      1000
62   max_pos_vertical_speed          sint16      1000
63   max_neg_vertical_speed          sint16      1000
64   min_heart_rate                  uint8
65   time_in_hr_zone                 uint32[]    1000
66   time_in_speed_zone              uint32[]    1000
67   time_in_cadence_zone            uint32[]    1000
68   time_in_power_zone              uint32[]    1000
69   avg_lap_time                    uint32      1000
70   best_lap_index                  uint16
71   min_altitude                    uint16      5 500
82   player_score                    uint16
83   opponent_score                  uint16
84   opponent_name                   string
85   stroke_count                    uint16[]
86   zone_count                      uint16[]
87   max_ball_speed                  uint16      100
88   avg_ball_speed                  uint16      100
89   avg_vertical_oscillation        uint16      10
90   avg_stance_time_percent         uint16      100
91   avg_stance_time                 uint16      10
92   avg_fractional_cadence          uint8       128
93   max_fractional_cadence          uint8       128
94   total_fractional_cycles         uint8       128
95   avg_total_hemoglobin_conc       uint16[]    100
96   min_total_hemoglobin_conc       uint16[]    100
97   max_total_hemoglobin_conc       uint16[]    100
98   avg_saturated_hemoglobin_percent uint16[]   10
99   min_saturated_hemoglobin_percent uint16[]   10
100  max_saturated_hemoglobin_percent uint16[]   10
101  avg_left_torque_effectiveness   uint8       2
102  avg_right_torque_effectiveness  uint8       2
103  avg_left_pedal_smoothness       uint8       2
104  avg_right_pedal_smoothness      uint8       2
105  avg_combined_pedal_smoothness   uint8       2
110  sport_profile_name              string
111  sport_index                     uint8
112  time_standing                   uint32      1000
113  stand_count                     uint16
114  avg_left_pco                    sint8
115  avg_right_pco                   sint8
116  avg_left_power_phase            uint8[]     0.7111111
117  avg_left_power_phase_peak       uint8[]     0.7111111
118  avg_right_power_phase           uint8[]     0.7111111
119  avg_right_power_phase_peak      uint8[]     0.7111111
120  avg_power_position              uint16[]
121  max_power_position              uint16[]
122  avg_cadence_position            uint8[]
123  max_cadence_position            uint8[]
124  enhanced_avg_speed              uint32      1000
125  enhanced_max_speed              uint32      1000
126  enhanced_avg_altitude           uint32      5 500
127  enhanced_min_altitude           uint32      5 500
128  enhanced_max_altitude           uint32      5 500
129  avg_lev_motor_power             uint16
130  max_lev_motor_power             uint16
131  lev_battery_consumption         uint8       2
132  avg_vertical_ratio              uint16      100
133  avg_stance_time_balance         uint16      100
134  avg_step_length                 uint16      10
137  total_anaerobic_training_effect uint8       10
139  avg_vam                         uint16      1000
140  avg_depth                       uint32      1000
141  max_depth                       uint32      1000
142  surface_interval                uint32
143  start_cns                       uint8
144  end_cns                         uint8
145  start_n2                        uint16
146  end_n2                          uint16
147  avg_respiration_rate            uint8
148  max_respiration_rate            uint8
149  min_respiration_rate            uint8
150  min_temperature                 sint8
155  o2_toxicity                     uint16
156  dive_number                     uint32
168  training_load_peak              sint32      65536
169  enhanced_avg_respiration_rate   uint16      100
170  enhanced_max_respiration_rate   uint16      100
180  enhanced_min_respiration_rate   uint16      100
181  total_grit                      float32
182  total_flow                      float32
183  jump_count                      uint16
186  avg_grit                        float32
187  avg_flow                        float32
192  workout_feel                    uint8
193  workout_rpe                     uint8
194  avg_spo2                        uint8
195  avg_stress                      uint8
197  sdrr_hrv                        uint8
198  rmssd_hrv                       uint8
199  total_fractional_ascent         uint8       100
200  total_fractional_descent        uint8       100
208  avg_core_temperature            uint16      100
209  min_core_temperature            uint16      100
210  max_core_temperature            uint16      100
254  message_index                   uint16

lap 19
0    event                           enum
1    event_type                      enum
2    start_time                      date_time
3    start_position_lat              sint32
4    start_position_long             sint32
5    end_position_lat                sint32
6    end_position_long               sint32
7    total_elapsed_time              uint32      1000
8    total_timer_time                uint32      1000
9    total_distance                  uint32      100
10   total_cycles                    uint32
11   total_calories                  uint16
12   total_fat_calories              uint16
13   avg_speed                       uint16      1000
14   max_speed                       uint16      1000
15   avg_heart_rate                  uint8
16   max_heart_rate                  uint8
17   avg_cadence                     uint8
18   max_cadence                     uint8
19   avg_power                       uint16
20   max_power                       uint16
21   total_ascent                    uint16
22   total_descent                   uint16
23   intensity                       enum
24   lap_trigger                     enum
25   sport                           enum
26   event_group                     uint8
32   num_lengths                     uint16
33   normalized_power                uint16
34   left_right_balance              uint16
35   first_length_index              uint16
37   avg_stroke_distance             uint16      100
38   swim_stroke                     enum
39   sub_sport                       enum
40   num_active_lengths              uint16
41   total_work                      uint32
42   avg_altitude                    uint16      5 500
43   max_altitude                    uint16      5 500
44   gps_accuracy                    uint8
45   avg_grade                       sint16      100
46   avg_pos_grade                   sint16      100
47   avg_neg_grade                   sint16      100
48   max_pos_grade                   sint16      100
49   max_neg_grade                   sint16      100
50   avg_temperature                 sint8
51   max_temperature                 sint8
52   total_moving_time               uint32      1000
53   avg_pos_vertical_speed          sint16      1000
54   avg_neg_vertical_speed          sint16      1000
55   max_pos_vertical_speed          sint16      1000
56   max_neg_vertical_speed          sint16      1000
57   time_in_hr_zone                 uint32[]    1000
58   time_in_speed_zone              uint32[]    1000
59   time_in_cadence_zone            uint32[]    1000
60   time_in_power_zone              uint32[]    1000
61   repetition_num                  uint16
62   min_altitude                    uint16      5 500
63   min_heart_rate                  uint8
71   wkt_step_index                  uint16
74   opponent_score                  uint16
75   stroke_count                    uint16[]
76   zone_count                      uint16[]
77   avg_vertical_oscillation        uint16      10
78   avg_stance_time_percent         uint16      100
79   avg_stance_time                 uint16      10
80   avg_fractional_cadence          uint8       128
81   max_fractional_cadence          uint8       128
82   total_fractional_cycles         uint8       128
83   player_score                    uint16
84   avg_total_hemoglobin_conc       uint16[]    100
85   min_total_hemoglobin_conc       uint16[]    100
86   max_total_hemoglobin_conc       uint16[]    100
87   avg_saturated_hemoglobin_percent uint16[]   10
88   min_saturated_hemoglobin_percent uint16[]   10
89   max_saturated_hemoglobin_percent uint16[]   10
91   avg_left_torque_effectiveness   uint8       2
92   avg_right_torque_effectiveness  uint8       2
93   avg_left_pedal_smoothness       uint8       2
94   avg_right_pedal_smoothness      uint8       2
95   avg_combined_pedal_smoothness   uint8       2
98   time_standing                   uint32      1000
99   stand_count                     uint16
100  avg_left_pco                    sint8
101  avg_right_pco                   sint8
102  avg_left_power_phase            uint8[]     0.7111111
103  avg_left_power_phase_peak       uint8[]     0.7111111
104  avg_right_power_phase           uint8[]     0.7111111
105  avg_right_power_phase_peak      uint8[]     0.7111111
106  avg_power_position              uint16[]
107  max_power_position              uint16[]
108  avg_cadence_position            uint8[]
109  max_cadence_position            uint8[]
110  enhanced_avg_speed              uint32      1000
111  enhanced_max_speed              uint32      1000
112  enhanced_avg_altitude           uint32      5 500
113  enhanced_min_altitude           uint32      5 500
114  enhanced_max_altitude           uint32      5 500
115  avg_lev_motor_power             uint16
116  max_lev_motor_power             uint16
117  lev_battery_consumption         uint8       2
118  avg_vertical_ratio              uint16      100
119  avg_stance_time_balance         uint16      100
120  avg_step_length                 uint16      10
121  avg_vam                         uint16      1000
122  avg_depth                       uint32      1000
123  max_depth                       uint32      1000
124  min_temperature                 sint8
136  enhanced_avg_respiration_rate   uint16      100
137  enhanced_max_respiration_rate   uint16      100
147  avg_respiration_rate            uint8
148  max_respiration_rate            uint8
149  total_grit                      float32
150  total_flow                      float32
151  jump_count                      uint16
153  avg_grit                        float32
154  avg_flow                        float32
156  total_fractional_ascent         uint8       100
157  total_fractional_descent        uint8       100
158  avg_core_temperature            uint16      100
159  min_core_temperature            uint16      100
160  max_core_temperature            uint16      100
254  message_index                   uint16

record 20
0    position_lat                    sint32
1    position_long                   sint32
2    altitude                        uint16      5 500
3    heart_rate                      uint8
4    cadence                         uint8
5    distance                        uint32      100
6    speed                           uint16      1000
7    power                           uint16
8    compressed_speed_distance       byte[]
9    grade                           sint16      100
10   resistance                      uint8
11   time_from_course                sint32      1000
12   cycle_length                    uint8       100
13   temperature                     sint8
17   speed_1s                        uint8[]     16
18   cycles                          uint8
19   total_cycles                    uint32
28   compressed_accumulated_power    uint16
29   accumulated_power               uint32
30   left_right_balance              uint8
31   gps_accuracy                    uint8
32   vertical_speed                  sint16      1000
33   calories                        uint16
39   vertical_oscillation            uint16      10
40   stance_time_percent             uint16      100
41   stance_time                     uint16      10
42   activity_type                   enum
43   left_torque_effectiveness       uint8       2
44   right_torque_effectiveness      uint8       2
45   left_pedal_smoothness           uint8       2
46   right_pedal_smoothness          uint8       2
47   combined_pedal_smoothness       uint8       2
48   time128                         uint8       128
49   stroke_type                     enum
50   zone                            uint8
51   ball_speed                      uint16      100
52   cadence256                      uint16      256
53   fractional_cadence              uint8       128
54   total_hemoglobin_conc           uint16      100
55   total_hemoglobin_conc_min       uint16      100
56   total_hemoglobin_conc_max       uint16      100
57   saturated_hemoglobin_percent    uint16      10
58   saturated_hemoglobin_percent_min uint16     10
59   saturated_hemoglobin_percent_max uint16     10
62   device_index                    uint8
67   left_pco                        sint8
68   right_pco                       sint8
69   left_power_phase                uint8[]     0.7111111
70   left_power_phase_peak           uint8[]     0.7111111
71   right_power_phase               uint8[]     0.7111111
72   right_power_phase_peak          uint8[]     0.7111111
73   enhanced_speed                  uint32      1000
78   enhanced_altitude               uint32      5 500
81   battery_soc                     uint8       2
82   motor_power                     uint16
83   vertical_ratio                  uint16      100
84   stance_time_balance             uint16      100
85   step_length                     uint16      10
87   cycle_length16                  uint16      100
91   absolute_pressure               uint32
92   depth                           uint32      1000
93   next_stop_depth                 uint32      1000
94   next_stop_time                  uint32
95   time_to_surface                 uint32
96   ndl_time                        uint32
97   cns_load                        uint8
98   n2_load                         uint16
99   respiration_rate                uint8
108  enhanced_respiration_rate       uint16      100
114  grit                            float32
115  flow                            float32
116  current_stress                  uint16      100
117  ebike_travel_range              uint16
118  ebike_battery_level             uint8
119  ebike_assist_mode               uint8
120  ebike_assist_level_percent      uint8
123  air_time_remaining              uint32
124  pressure_sac                    uint16      100
125  volume_sac                      uint16      100
126  rmv                             uint16      100
127  ascent_rate                     sint32      1000
129  po2                             uint8       100
139  core_temperature                uint16      100

event 21
0    event                           enum
1    event_type                      enum
2    data16                          uint16
3    data                            uint32
4    event_group                     uint8
7    score                           uint16
8    opponent_score                  uint16
9    front_gear_num                  uint8z
10   front_gear                      uint8z
11   rear_gear_num                   uint8z
12   rear_gear                       uint8z
13   device_index                    uint8
14   activity_type                   enum
15   start_timestamp                 date_time
21   radar_threat_level_max          enum
22   radar_threat_count              uint8
23   radar_threat_avg_approach_speed uint8       10
24   radar_threat_max_approach_speed uint8       10

device_info 23
0    device_index                    uint8
1    device_type                     uint8
2    manufacturer                    uint16
3    serial_number                   uint32z
4    product                         uint16
5    software_version                uint16      100
6    hardware_version                uint8
7    cum_operating_time              uint32
10   battery_voltage                 uint16      256
11   battery_status                  uint8
18   sensor_position                 enum
19   descriptor                      string
20   ant_transmission_type           uint8z
21   ant_device_number               uint16z
22   ant_network                     enum
25   source_type                     enum
27   product_name                    string
32   battery_level                   uint8

workout 26
4    sport                           enum
5    capabilities                    uint32z
6    num_valid_steps                 uint16
8    wkt_name                        string
11   sub_sport                       enum
14   pool_length                     uint16      100
15   pool_length_unit                enum
17   wkt_description                 string
254  message_index                   uint16

workout_step 27
0    wkt_step_name                   string
1    duration_type                   enum
2    duration_value                  uint32
3    target_type                     enum
4    target_value                    uint32
5    custom_target_value_low         uint32
6    custom_target_value_high        uint32
7    intensity                       enum
8    notes                           string
9    equipment                       enum
10   exercise_category               uint16
11   exercise_name                   uint16
12   exercise_weight                 uint16      100
13   weight_display_unit             uint16
19   secondary_target_type           enum
20   secondary_target_value          uint32
21   secondary_custom_target_value_low uint32
22   secondary_custom_target_value_high uint32
254  message_index                   uint16

activity 34
0    total_timer_time                uint32      1000
1    num_sessions                    uint16
2    type                            enum
3    event                           enum
4    event_type                      enum
5    local_timestamp                 local_date_time
6    event_group                     uint8

course 31
4    sport                           enum
5    name                            string
6    capabilities                    uint32z
7    sub_sport                       enum

course_point 32
1    timestamp                       date_time
2    position_lat                    sint32
3    position_long                   sint32
4    distance                        uint32      100
5    type                            enum
6    name                            string
8    favorite                        enum
254  message_index                   uint16

hrv 78
0    time                            uint16[]    1000

length 101
0    event                           enum
1    event_type                      enum
2    start_time                      date_time
3    total_elapsed_time              uint32      1000
4    total_timer_time                uint32      1000
5    total_strokes                   uint16
6    avg_speed                       uint16      1000
7    swim_stroke                     enum
9    avg_swimming_cadence            uint8
10   event_group                     uint8
11   total_calories                  uint16
12   length_type                     enum
18   player_score                    uint16
19   opponent_score                  uint16
20   stroke_count                    uint16[]
21   zone_count                      uint16[]
22   enhanced_avg_respiration_rate   uint16      100
23   enhanced_max_respiration_rate   uint16      100
24   avg_respiration_rate            uint8
25   max_respiration_rate            uint8
254  message_index                   uint16

hr 132
0    fractional_timestamp            uint16      32768
1    time256                         uint8       256
6    filtered_bpm                    uint8[]
9    event_timestamp                 uint32[]    1024
10   event_timestamp_12              byte[]

workout_session 158
0    sport                           enum
1    sub_sport                       enum
2    num_valid_steps                 uint16
3    first_step_index                uint16
4    pool_length                     uint16      100
5    pool_length_unit                enum
254  message_index                   uint16

field_description 206
0    developer_data_index            uint8
1    field_definition_number         uint8
2    fit_base_type_id                uint8
3    field_name                      string
4    array                           uint8
5    components                      string
6    scale                           uint8
7    offset                          sint8
8    units                           string
9    bits                            string
10   accumulate                      string
13   fit_base_unit_id                uint16
14   native_mesg_num                 uint16
15   native_field_num                uint8

developer_data_id 207
0    developer_id                    byte[]
1    application_id                  byte[]
2    manufacturer_id                 uint16
3    developer_data_index            uint8
4    application_version             uint32

time_in_zone 216
0    reference_mesg                  uint16
1    reference_index                 uint16
2    time_in_hr_zone                 uint32[]    1000
3    time_in_speed_zone              uint32[]    1000
4    time_in_cadence_zone            uint32[]    1000
5    time_in_power_zone              uint32[]    1000
6    hr_zone_high_boundary           uint8[]
7    speed_zone_high_boundary        uint16[]    1000
8    cadence_zone_high_bondary       uint8[]
9    power_zone_high_boundary        uint16[]
10   hr_calc_type                    enum
11   max_heart_rate                  uint8
12   resting_heart_rate              uint8
13   threshold_heart_rate            uint8
14   pwr_calc_type                   enum
15   functional_threshold_power      uint16

split 312
0    split_type                      enum
1    total_elapsed_time              uint32      1000
2    total_timer_time                uint32      1000
3    total_distance                  uint32      100
4    avg_speed                       uint32      1000
9    start_time                      date_time
13   total_ascent                    uint16
14   total_descent                   uint16
21   start_position_lat              sint32
22   start_position_long             sint32
23   end_position_lat                sint32
24   end_position_long               sint32
25   max_speed                       uint32      1000
26   avg_vert_speed                  sint32      1000
27   end_time                        date_time
28   total_calories                  uint32
74   start_elevation                 uint32      5 500
110  total_moving_time               uint32      1000
254  message_index                   uint16

split_summary 313
0    split_type                      enum
3    num_splits                      uint16
4    total_timer_time                uint32      1000
5    total_distance                  uint32      100
6    avg_speed                       uint32      1000
7    max_speed                       uint32      1000
8    total_ascent                    uint16
9    total_descent                   uint16
10   avg_heart_rate                  uint8
11   max_heart_rate                  uint8
12   avg_vert_speed                  sint32      1000
13   total_calories                  uint32
77   total_moving_time               uint32      1000
254  message_index                   uint16
"""

_TIMESTAMP = f"{TIMESTAMP} timestamp date_time"

_KINDS: Mapping[str, tuple[str, Kind]] = {
    "string": ("string", "string"),
    "date_time": ("uint32", "date_time"),
    "local_date_time": ("uint32", "local_date_time"),
}


def _field(line: str) -> Field:
    number, name, written, *factors = line.split()
    base, kind = _KINDS.get(written, (written.removesuffix("[]"), "number"))
    is_array = written.endswith("[]")
    return Field(int(number), name, BASE_TYPES[base], kind, *map(float, factors), is_array=is_array)


def _message(table: str) -> Message:
    head, *lines = table.splitlines()
    name, number = head.split()
    fields = [_field(line) for line in [_TIMESTAMP, *lines]]
    return Message(int(number), name, {f.number: f for f in fields}, {f.name: f for f in fields})


MESSAGES: Mapping[str, Message] = {
    message.name: message for message in map(_message, _TABLES.strip().split("\n\n"))
}
MESSAGES_BY_NUMBER: Mapping[int, Message] = {m.number: m for m in MESSAGES.values()}

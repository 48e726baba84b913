-- name: time
-- How long each zone of heart rate was run in, from one day to another.
SELECT count(*) AS activities, count(m.hr_zone_s) AS with_heart_rate, sum(m.moving_s) AS moving_s,
       CASE WHEN count(m.hr_zone_s) > 0
            THEN ARRAY[coalesce(sum(m.hr_zone_s[1]), 0), coalesce(sum(m.hr_zone_s[2]), 0),
                       coalesce(sum(m.hr_zone_s[3]), 0), coalesce(sum(m.hr_zone_s[4]), 0),
                       coalesce(sum(m.hr_zone_s[5]), 0)] END AS hr_zone_s
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.local_date BETWEEN %(first)s AND %(last)s;

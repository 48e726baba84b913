-- name: nights
-- The nights that ended from one day to another, oldest first.
SELECT * FROM sleep
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

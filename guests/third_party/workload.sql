-- Work for the SQLite guest: inserts, indexes, joins, windows, recursion, text, JSON, floats and integrity checks.
CREATE TABLE member(id INTEGER PRIMARY KEY, name TEXT NOT NULL, joined INTEGER, mana INTEGER);
CREATE TABLE job(id INTEGER PRIMARY KEY, member INTEGER REFERENCES member, fuel INTEGER, kind TEXT, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO member SELECT i, printf('member-%04d', i * 7919 % 2000), i * 86400, i * i % 100003 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
INSERT INTO job SELECT i, 1 + i * 31 % 2000, i * 1103515245 % 1000003, substr('okfailstop', 1 + i % 3 * 4, 4),
  hex(i * 2654435761 % 4294967296) FROM n;
CREATE INDEX job_member ON job(member, fuel);
CREATE INDEX member_name ON member(name COLLATE NOCASE);
SELECT count(*), sum(fuel), min(note), max(note) FROM job;
SELECT kind, count(*), avg(fuel), total(fuel) / 7.0 FROM job GROUP BY kind ORDER BY kind;
SELECT m.name, count(*), sum(j.fuel) AS burned FROM member m JOIN job j ON j.member = m.id
  GROUP BY m.id ORDER BY burned DESC, m.name LIMIT 10;
SELECT id, rank, running FROM (
  SELECT id, rank() OVER (PARTITION BY kind ORDER BY fuel DESC, id) AS rank,
    sum(fuel) OVER (PARTITION BY kind ORDER BY id ROWS 100 PRECEDING) AS running FROM job)
  WHERE rank <= 3 ORDER BY rank, id;
SELECT name FROM member WHERE name LIKE '%99%' AND name GLOB '*-1[0-9]9*' ORDER BY name LIMIT 5;
UPDATE member SET mana = mana + (SELECT coalesce(sum(fuel), 0) / 1000 FROM job WHERE member = member.id);
DELETE FROM job WHERE fuel % 5 = 0;
SELECT sum(mana), max(mana), round(avg(mana), 6) FROM member;
SELECT json_group_array(json_object('id', id, 'share', fuel / 1000003.0)) FROM (SELECT * FROM job ORDER BY fuel LIMIT 5);
WITH RECURSIVE fib(n, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 90)
SELECT n, a, a * 1.0 / b FROM fib WHERE n % 10 = 0;
WITH RECURSIVE axis(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM axis WHERE v < 39),
  m(cx, cy, x, y, i) AS (
    SELECT a.v * 0.075 - 2.2, b.v * 0.06 - 1.2, 0.0, 0.0, 0 FROM axis a, axis b
    UNION ALL SELECT cx, cy, x * x - y * y + cx, 2.0 * x * y + cy, i + 1 FROM m WHERE x * x + y * y < 4.0 AND i < 24)
SELECT group_concat(line, char(10)) FROM (SELECT group_concat(substr(' .+*#', 1 + min(most / 6, 4), 1), '') AS line
  FROM (SELECT cx, cy, max(i) AS most FROM m GROUP BY cy, cx) GROUP BY cy);
PRAGMA integrity_check;

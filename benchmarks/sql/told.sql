-- Made-up words, the same for program and peer: what a visitor tells, and names. Deterministic (see draw() in places.sql).

CREATE OR REPLACE FUNCTION pg_temp.draw(seed bigint, sides int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT mod(hashint8($1) & 2147483647, $2)';

CREATE OR REPLACE FUNCTION pg_temp.pick(seed bigint, words text[]) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT $2[1 + mod(hashint8($1) & 2147483647, cardinality($2))]';

-- About ninety characters. Every word stands in some percent of all texts; those after a village's name are rare.
CREATE OR REPLACE FUNCTION pg_temp.told(p bigint, length int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT pg_temp.pick(p * 7, ARRAY['东','西','南','北','上','下','大','小','新','老','青','白','金','石','龙','凤'])
    || pg_temp.pick(p * 11, ARRAY['河村','湾村','坪村','沟村','岭村','塘村','桥村','庙村','店村','庄村','坝村','洞村','关村','寨村','峪村','铺村'])
    || string_agg(pg_temp.pick(p * 131 + i, ARRAY['道路','维修','积水','路灯','垃圾','清运','饮水','安全','学校','食堂','校车','医疗','报销',
        '养老','低保','危房','改造','土地','流转','征收','补偿','灌溉','水渠','河道','治理','污染','噪音','扰民','物业','收费','电梯','加装',
        '停车','秩序','公交','线路','延伸','拆迁','安置','工资','拖欠','就业','培训','合作社','农机','补贴','种子','化肥','病虫害','防治','森林',
        '防火','水库','移民','贫困','帮扶','残疾人','托养','留守','儿童','老人','幸福院','村医','卫生室','药品','供应','电网','电压','不稳','宽带',
        '网络','信号','基站','快递','进村','旅游','开发','古树','保护','文物','修缮','祠堂','广场','舞台','健身','器材','图书室','农家书屋',
        '宅基地','确权','登记','纠纷','调解','邻里','婚姻','赡养','遗产','继承','社保','转移','医保','异地','结算','户口','迁移','身份证','办理',
        '请','望','建议','反映','希望','关于','由于','目前','群众','多次','有关','部门','尽快','解决','加强','落实','严重','影响','生活','出行',
        '生产','安排','经费','组织','人员','到场','勘察','后续','管护','机制','不够','完善','村民','意见','强烈']), '')
FROM generate_series(1, length) i
$$;

CREATE OR REPLACE FUNCTION pg_temp.person(p bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT pg_temp.pick(p * 17, string_to_array('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕', NULL))
    || pg_temp.pick(p * 19, string_to_array('伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玲波红梅鑫海燕鹏飞宇浩', NULL))
    || CASE pg_temp.draw(p * 23, 3) WHEN 0 THEN '' ELSE
       pg_temp.pick(p * 29, string_to_array('伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玲波红梅鑫海燕鹏飞宇浩', NULL)) END
$$;

-- Twenty thousand stories are enough: more petitions tell them again, each with a phone number of its own.
CREATE TEMP TABLE story AS
SELECT n, pg_temp.told(n, 30) AS situation, pg_temp.told(n + 500000000, 8) AS request
FROM generate_series(0, least(%(told)s, 20000) - 1) n;
ALTER TABLE story ADD PRIMARY KEY (n);
ANALYZE story;

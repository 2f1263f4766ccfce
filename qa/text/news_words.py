"""Words of Chinese news that CC-CEDICT lacks, or gives no short English for; in its format, without the readings."""

NEWS_WORDS = """
高新区 高新区 [] /high-tech zone/hi-tech zone/high-tech park/high-tech district/
高新技术产业开发区 高新技术产业开发区 [] /high-tech zone/high-tech industrial zone/
经开区 经开区 [] /economic development zone/
示范区 示范区 [] /demonstration zone/
试验区 试验区 [] /pilot zone/experimental zone/
自贸区 自贸区 [] /free trade zone/
产业园 产业园 [] /industrial park/industry park/
科技园 科技园 [] /science park/technology park/
新区 新区 [] /new area/new district/
一带一路 一带一路 [] /Belt and Road/
新能源汽车 新能源汽车 [] /new energy vehicle/
生物医药 生物医药 [] /biomedicine/biopharmaceuticals/biopharma/
智慧城市 智慧城市 [] /smart city/
智能制造 智能制造 [] /smart manufacturing/intelligent manufacturing/
数字经济 数字经济 [] /digital economy/
乡村振兴 乡村振兴 [] /rural revitalization/rural vitalization/
共同富裕 共同富裕 [] /common prosperity/
营商环境 营商环境 [] /business environment/
初创 初创 [] /start-up/start-ups/startup/
创业 创业 [] /start-up/start-ups/startup/entrepreneurship/
众创空间 众创空间 [] /maker space/makerspace/co-working space/
风险投资 风险投资 [] /venture capital/
龙头企业 龙头企业 [] /leading enterprise/leading company/
民营企业 民营企业 [] /private enterprise/private company/
中小企业 中小企业 [] /small businesses/SMEs/
生产总值 生产总值 [] /GDP/gross domestic product/
营业收入 营业收入 [] /operating revenue/operating income/turnover/
党委书记 党委书记 [] /Party secretary/
市委书记 市委书记 [] /Party secretary/
管委会主任 管委会主任 [] /management committee director/
书记 书记 [] /Party secretary/
负责人 负责人 [] /person in charge/head/
签约 签约 [] /sign/signed/signing/
落户 落户 [] /settle/settled/
投产 投产 [] /put into production/start production/go into production/
通车 通车 [] /open to traffic/opened to traffic/
同比增长 同比增长 [] /year-on-year growth/
疫情 疫情 [] /epidemic/pandemic/outbreak/
地铁 地铁 [] /metro/
元 元 [] /yuan/
亿 亿 [] /billion/
"""

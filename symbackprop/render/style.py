"""The look of a page: one text column, displays on a grid, light and dark by the reader's own setting, narrow screens, paper."""

PAGE = """
:root{--ink:#1c2733;--soft:#5b6673;--paper:#fff;--rule:#dfe3e7;--mark:#2e7d4f;--warn:#b3402e;--hot:#c77700;--box:#f5f6f4}
@media (prefers-color-scheme:dark){:root{--ink:#e4e7ea;--soft:#9aa5b1;--paper:#15191e;--rule:#323a42;--mark:#6cc08f;--warn:#ea8a78;--hot:#ffb84d;--box:#1d2329}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 "Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",Charter,Georgia,serif}
main{max-width:46rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}
h1{font-size:1.9rem;line-height:1.2;font-weight:600;margin:0 0 1.6rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;font-weight:600;margin:2.4rem 0 .6rem}
h3{font-size:1.08rem;font-weight:600;margin:1.8rem 0 .4rem}
p{margin:.7rem 0;overflow-wrap:anywhere}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:2px}
math{font-family:"Latin Modern Math","STIX Two Math","Cambria Math","Asana Math",math;font-size:1.06em}
math .matrix{font-weight:600}
figure{margin:1.4rem 0;text-align:center}
figure svg{max-width:100%;height:auto}
figcaption,caption{font-size:.9rem;color:var(--soft);margin-top:.5rem}
.display{display:grid;grid-template-columns:max-content minmax(0,1fr);margin:.9rem 0;row-gap:.1rem}
.line{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:baseline;position:relative}
.line .l{grid-column:1;grid-row:1}.line .r{grid-row:1}
.line .l{padding:.18rem 0 .18rem 1.2rem;text-align:right;min-width:1.2rem}
.line .r{grid-column:2;overflow-x:auto;overflow-y:hidden;padding:.18rem 0 .18rem .3rem;margin-right:4.6rem}.ruled .r{margin-right:14.5rem}
.many{row-gap:.45rem}.many .r{margin-right:4.6rem}
.line .r math,.line .l math,td math{math-style:normal;display:inline math;white-space:nowrap}
.tag{grid-column:1/-1;grid-row:1;text-align:right;pointer-events:none;font-size:.86rem;color:var(--soft)}
div.tag,.tag summary{display:flex;justify-content:flex-end;align-items:baseline;gap:.5rem}
.tag summary{list-style:none;cursor:pointer;pointer-events:auto;margin-left:auto;width:max-content;border-radius:4px}
.tag summary::-webkit-details-marker{display:none}
.tag summary:hover .mark{outline:1px solid var(--mark);border-radius:3px}
.tag .rule{font-style:italic;max-width:9.5rem;line-height:1.15;font-size:.8rem}
.many .rule{display:none}
.tag .mark{color:var(--mark);font-weight:600;min-width:1.2rem;text-align:center}
.tag .number{min-width:2.2rem}
.tag[open]{background:transparent}
.tag dl{pointer-events:auto;text-align:left;display:grid;grid-template-columns:5rem minmax(0,1fr);gap:.15rem .6rem;background:var(--box);border-left:3px solid var(--mark);margin:.4rem 0 .8rem;padding:.6rem .9rem;font-size:.88rem;color:var(--ink)}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.9em ui-monospace,Menlo,Consolas,monospace}
.listing{background:var(--box);border-left:3px solid var(--rule);padding:.7rem 1rem;margin:1rem 0;overflow-x:auto}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem auto}th,td{padding:.35rem .8rem;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--rule)}
th{font-weight:600}td .tag dl{width:16rem;white-space:normal;grid-template-columns:4rem minmax(0,1fr)}.source{font-size:.88rem;color:var(--soft);margin-top:2rem}
.s:hover{color:var(--hot)}
nav{max-width:46rem;margin:0 auto;padding:1rem 1.25rem 0;font-size:.92rem;display:flex;gap:1.2rem;flex-wrap:wrap}
.own{grid-template-columns:2.4rem minmax(0,1fr)}.own .l{grid-column:1/-1;text-align:left;overflow-x:auto}.own .l:empty{padding:0}.own .r,.own .tag{grid-row:2}.own .rule{display:none}
@media (min-width:44rem){.many{grid-template-columns:repeat(2,max-content minmax(0,1fr));column-gap:0}.many .line{grid-column:span 2}.many .line:nth-child(even) .l{padding-left:2.2rem}}
@media (max-width:44rem){figure{overflow-x:auto}figure svg{min-width:min(34rem,.6*var(--w,0px))}.line .r,.ruled .line .r{margin-right:4.4rem}.tag .rule{display:none}.line .l{padding-left:0;min-width:.6rem}body{font-size:1rem}main{padding-top:1.5rem}}
@media print{:root{--ink:#000;--paper:#fff;--soft:#444;--rule:#bbb}main{max-width:none;padding:0}.display,figure{break-inside:avoid}.tag dl{display:none}nav{display:none}}
""".strip()

"""How plain pages look: one column, light or dark as the browser prefers, marks not by colour alone."""

STYLE = """
:root { color-scheme: light dark; --ink:#111; --page:#fff; --quiet:#475569; --link:#1d4ed8; --rule:#94a3b8; }
@media (prefers-color-scheme: dark) {
  :root { --ink:#f1f5f9; --page:#0f172a; --quiet:#cbd5e1; --link:#93c5fd; --rule:#64748b; }
}
body { margin:0 auto; padding:16px; max-width:46rem; font:1.05rem/1.55 system-ui,sans-serif;
  color:var(--ink); background:var(--page); overflow-wrap:anywhere; }
h1 { font-size:1.5rem; } h2 { font-size:1.2rem; }
a { color:var(--link); } :focus-visible { outline:3px solid var(--link); outline-offset:2px; }
label { display:block; font-weight:700; margin-top:10px; }
input, select, textarea, button { font:inherit; width:100%; box-sizing:border-box; padding:10px;
  border:1px solid var(--rule); border-radius:4px; color:var(--ink); background:var(--page); }
button { margin-top:14px; background:#1d4ed8; color:#fff; font-weight:700; cursor:pointer; }
.row { display:grid; grid-template-columns:repeat(auto-fit,minmax(10rem,1fr)); gap:0 12px; }
blockquote, pre { margin:0; padding:2px 0 2px 14px; border-left:3px solid var(--link);
  white-space:pre-wrap; font:inherit; }
.qa-nearest blockquote { border-left-style:dashed; }
figure { margin:16px 0; } figcaption { margin-top:6px; } cite { font-style:normal; font-weight:700; }
mark { background:#ffe58a; color:#111; text-decoration:underline; scroll-margin-top:30vh; }
.qa-facts { display:block; } .qa-facts, .qa-read, .qa-near, .qa-searched, .quiet { color:var(--quiet); }
.fault { border-left:3px solid #d97706; padding-left:14px; }
table { border-collapse:collapse; } th, td { text-align:left; padding:4px 12px 4px 0; vertical-align:top; }
"""

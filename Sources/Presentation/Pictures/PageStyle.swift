// SPDX-License-Identifier: Apache-2.0

/// How pages look: on a light and a dark screen of any width, and on paper.
///
/// Colours have roles and never stand alone: each state has a sign or a word beside them. Each pair of text and ground
/// has a contrast of 4.5 to 1 or more.
enum PageStyle {
    static let text: StaticString = """

        :root {
          --page: #f5f6f8; --ground: #ffffff; --ink: #1b2027; --faint: #566070; --line: #d3d9e1;
          --good: #0e5c30; --good-ground: #e4f4ea; --bad: #9a1b1b; --bad-ground: #fdebea;
          --notice: #744600; --notice-ground: #fff3d8; --held: #6d7a8c; --given: #1d6fd1; --empty: #e9edf2;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #0f1318; --ground: #181d24; --ink: #e7eaef; --faint: #a6b0bd; --line: #36404c;
            --good: #86d9a2; --good-ground: #10301d; --bad: #ffa199; --bad-ground: #3c1714;
            --notice: #f3c971; --notice-ground: #35290d; --held: #8492a5; --given: #62a8f7; --empty: #262e38;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        body {
          margin: 0 auto; padding: 1.25rem clamp(.75rem, 3vw, 2.5rem) 3rem; max-width: 88rem;
          background: var(--page); color: var(--ink); overflow-wrap: anywhere;
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        h1, h2, h3, p, ul, ol, dl { margin: 0; }
        h1 { font-size: 1.3rem; line-height: 1.3; }
        h2 { font-size: 1.45rem; line-height: 1.3; }
        h3 { font-size: 1rem; margin-bottom: .35rem; }
        header { margin-bottom: 1rem; }
        code { font: .92em ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        a { color: inherit; }
        .faint { color: var(--faint); }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        nav { margin-bottom: 1rem; }
        nav li { margin: .2rem 0; }
        article + article { margin-top: 2.5rem; padding-top: 2.5rem; border-top: 2px solid var(--line); }
        section { margin-top: 1.25rem; }
        .tag {
          display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: .3em;
          font-size: .85rem; font-weight: 600;
        }
        .tag.chosen, .tag.good { color: var(--good); background: var(--good-ground); }
        .tag.short, .tag.bad { color: var(--bad); background: var(--bad-ground); border-style: dashed; }
        .tag.notice { color: var(--notice); background: var(--notice-ground); }

        .verdict {
          margin-top: 0; padding: 1.1rem 1.3rem; border: 1px solid var(--line); border-left: .45rem solid;
          border-radius: .5rem; background: var(--ground);
        }
        .verdict.good { border-left-color: var(--good); }
        .verdict.good .sign { color: var(--good); }
        .verdict.bad { border-left-color: var(--bad); }
        .verdict.bad .sign { color: var(--bad); }
        .verdict.notice { border-left-color: var(--notice); }
        .verdict.notice .sign { color: var(--notice); }
        .pod-name { display: block; font-size: 1rem; font-weight: 400; color: var(--faint); }
        .reason { margin: .6rem 0; font-size: 1.1rem; max-width: 65rem; }
        .detail { margin-bottom: .6rem; font-size: .95rem; }
        .warning { margin-top: .5rem; color: var(--notice); }
        .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .8rem; margin-top: .6rem; }
        .facts dt { color: var(--faint); }
        .facts dd { margin: 0; }
        .aside {
          display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem;
          margin-top: 1rem;
        }
        .aside section {
          margin: 0; padding: .9rem 1.1rem; background: var(--ground); border: 1px solid var(--line);
          border-radius: .5rem;
        }
        .aside ul, .aside ol, .warnings ul { padding-left: 1.3rem; }
        .aside li + li { margin-top: .3rem; }
        .warnings { color: var(--notice); }

        .socket { margin-top: .8rem; padding: .6rem .8rem .8rem; border: 1px solid var(--line); border-radius: .6rem; }
        .socket-title { color: var(--faint); font-weight: 600; margin-bottom: .4rem; }
        .nodes {
          display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .8rem;
          margin-top: .8rem;
        }
        .nodes.loose { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
        .socket .nodes { margin-top: 0; }
        .nodes.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: .5rem; }
        .node {
          max-width: 48rem; padding: .7rem .9rem .8rem; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem;
          break-inside: avoid;
        }
        .nodes.small .node { padding: .45rem .6rem .5rem; font-size: .87rem; }
        .node.is-chosen { border: 2px solid var(--good); }
        .node.is-short { border: 2px dashed var(--bad); }
        .node.elsewhere { border-style: dotted; }
        .node-title { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; }
        .node-title b { font-size: 1.05rem; }
        .tags { display: flex; flex-wrap: wrap; gap: .3rem; margin: .25rem 0; }
        .cpus { margin-bottom: .3rem; }
        .amount { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 1fr); gap: 0 .8rem; margin: .25rem 0; }
        .amount .name { font-weight: 600; }
        .amount .words { text-align: right; }
        .nodes.small .amount { grid-template-columns: minmax(0, 1fr); }
        .nodes.small .amount .words { text-align: left; }
        .amount.short .name, .amount.short .words { color: var(--bad); }
        .bar {
          grid-column: 1 / -1; display: flex; height: .55rem; overflow: hidden; border: 1px solid var(--held);
          border-radius: .2rem; background: var(--empty);
        }
        .bar .held { background: var(--held); }
        .bar .given { background: repeating-linear-gradient(135deg, var(--given) 0 4px, var(--ground) 4px 6px); }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; color: var(--faint); }
        .legend .bar { display: inline-flex; width: 1.8rem; vertical-align: -.02rem; }
        .cores { display: flex; flex-wrap: wrap; gap: .2rem; padding: 0; margin: .5rem 0 .2rem; list-style: none; }
        .cores li {
          min-width: 2rem; padding: 0 .3rem; border: 1px solid var(--line); border-radius: .2rem; text-align: center;
          font-size: .78rem; font-variant-numeric: tabular-nums;
        }
        .cores .held { border-color: var(--held); background: var(--empty); }
        .cores .given { border: 2px solid var(--good); background: var(--good-ground); color: var(--good); }
        .cores .offline, .cores .forbidden { border-style: dashed; color: var(--faint); }
        .holders, .devices, .devices ul { padding-left: 1.1rem; font-size: .9rem; }
        .holders, .devices { margin-top: .5rem; padding-top: .4rem; border-top: 1px solid var(--line); }
        .devices, .devices ul { list-style: none; padding-left: 0; }
        .bridge ul { margin-left: .3rem; padding-left: .7rem; border-left: 2px solid var(--line); }
        details summary { cursor: pointer; color: var(--faint); margin-top: .5rem; }

        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); }
        .scroll.narrow { width: fit-content; max-width: 100%; }
        .caption { margin: 1rem 0 .4rem; color: var(--faint); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
        th, td { padding: .3rem .7rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
        thead th { color: var(--faint); font-weight: 600; }
        tbody:last-child tr:last-child th, tbody:last-child tr:last-child td { border-bottom: 0; }
        th[scope=row], thead th:first-child { position: sticky; left: 0; background: var(--ground); }
        .matrix { min-width: 100%; }
        .matrix tr.resource th { font-weight: 700; }
        .matrix tr.mask th {
          padding-left: 1.6rem; font-weight: 400; max-width: 18rem; white-space: normal; min-width: 9rem;
        }
        .matrix tr.preferred th { font-weight: 600; }
        .matrix tr.mask th, .matrix tr.mask td { border-bottom-color: transparent; }
        .matrix tr.mask:last-child th, .matrix tr.mask:last-child td { border-bottom-color: var(--line); }
        .matrix td.enough { color: var(--good); }
        .matrix td.short { color: var(--bad); font-weight: 600; }
        .matrix td.remark, .matrix td.amounts { white-space: normal; min-width: 6.2rem; }
        .matrix td.out { color: var(--faint); }
        .matrix .merged th { font-weight: 700; padding-left: .7rem; }
        .key { margin-top: .4rem; font-size: .88rem; }
        .distances td { text-align: right; padding: .15rem .5rem; }
        .distances th { padding: .15rem .5rem; }
        .distances .own { color: var(--faint); }
        .distances .far { font-weight: 700; }
        @media (max-width: 30rem) {
          .facts { grid-template-columns: minmax(0, 1fr); }
          .facts dd { margin-left: 1rem; }
          .matrix tr.mask th { min-width: 6rem; padding-left: 1rem; }
          th, td { padding: .3rem .45rem; }
        }
        @media print {
          :root {
            --page: #ffffff; --ground: #ffffff; --ink: #000000; --faint: #444444; --line: #999999; --empty: #ffffff;
            --good: #0e5c30; --good-ground: #ffffff; --bad: #9a1b1b; --bad-ground: #ffffff; --notice: #744600;
            --notice-ground: #ffffff; --held: #555555; --given: #1d6fd1;
          }
          body { padding: 0; max-width: none; font-size: 10.5pt; }
          .verdict, tr, li { break-inside: avoid; }
          h3 { break-after: avoid; }
          article + article { break-before: page; border: 0; padding: 0; }
          .scroll { overflow: visible; border-radius: 0; }
          .scroll table { font-size: 8pt; }
          th, td, .matrix td.amounts, .matrix tr.mask th { white-space: normal; min-width: 0; padding: .2rem .3rem; }
          .matrix tr.mask th { padding-left: .9rem; }
          .fold::details-content { content-visibility: visible; display: block; block-size: auto; }
        }

        """
}

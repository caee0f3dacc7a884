/** Everything told apart by its colour is told apart by its shape as well. */
export const style = `
.rx-timeline text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.rx-timeline .inside { stroke: none; }
.rx-timeline .title, .rx-timeline .note { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
.rx-timeline .title { font-size: 15px; font-weight: 600; }
.rx-timeline .note, .rx-timeline .time { fill: #59636e; }
.rx-timeline .page { fill: #ffffff; stroke: #d1d9e0; }
.rx-timeline .grid { stroke: #d1d9e0; fill: none; }
.rx-timeline .waiting { stroke: #818b98; stroke-width: 2; stroke-dasharray: 1.5 4.5; stroke-linecap: round; fill: none; }
.rx-timeline .bar { stroke-width: 1.5; stroke: #0969da; fill: #b6d9ff; }
.rx-timeline .bar.failed { stroke: #c4141f; fill: #ffd0cc; }
.rx-timeline .bar.cancelled { stroke: #656d76; fill: #e6eaef; stroke-dasharray: 5 3; }
.rx-timeline .bar.group { fill: none; }
.rx-timeline .shade { fill: #0969da; fill-opacity: .3; }
.rx-timeline .shade.failed { fill: #c4141f; }
.rx-timeline .cleanup { stroke-width: 1.5; stroke: #8a5c00; }
.rx-timeline .stripe { stroke-width: 2.5; stroke: #c58b16; }
.rx-timeline .mark { fill: #0969da; }
.rx-timeline .mark.failed { fill: #c4141f; }
.rx-timeline .mark.cancelled { fill: #656d76; }
.rx-timeline .sign { stroke: #ffffff; stroke-width: 2; fill: none; stroke-linecap: round; stroke-linejoin: round; }
.rx-timeline .line { stroke: #6f42c1; stroke-width: 2; fill: none; }
.rx-timeline .guide { stroke: #6f42c1; stroke-dasharray: 2 4; fill: none; }
.rx-timeline .emission { fill: #6f42c1; }
.rx-timeline .combinator { font-weight: 600; }
.rx-timeline .arrow { stroke: #59636e; stroke-width: 2; fill: none; }
@media (prefers-color-scheme: dark) {
.rx-timeline text { fill: #e6edf3; stroke: #0d1117; }
.rx-timeline .inside { stroke: none; }
.rx-timeline .note, .rx-timeline .time { fill: #9198a1; }
.rx-timeline .page { fill: #0d1117; stroke: #3d444d; }
.rx-timeline .grid { stroke: #2a3038; }
.rx-timeline .bar { stroke: #58a6ff; fill: #12345c; }
.rx-timeline .bar.failed { stroke: #ff7b72; fill: #5a1a1c; }
.rx-timeline .bar.cancelled { stroke: #9198a1; fill: #262c34; }
.rx-timeline .bar.group { fill: none; }
.rx-timeline .shade { fill: #58a6ff; }
.rx-timeline .shade.failed { fill: #ff7b72; }
.rx-timeline .cleanup { stroke: #e3b341; }
.rx-timeline .stripe { stroke: #a27a1f; }
.rx-timeline .mark { fill: #58a6ff; }
.rx-timeline .mark.failed { fill: #ff7b72; }
.rx-timeline .mark.cancelled { fill: #9198a1; }
.rx-timeline .sign { stroke: #0d1117; }
.rx-timeline .line, .rx-timeline .guide { stroke: #bc8cff; }
.rx-timeline .arrow { stroke: #9198a1; }
.rx-timeline .emission { fill: #bc8cff; }
}
`;

using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>What a run leaves behind (key <c>output</c>).</summary>
public sealed record OutputConfig
{
    /// <value>The directory of the run, absolute.</value>
    public string SavePath { get; init; } = Path.GetFullPath("results/optimization_run");

    /// <value>Whether answers' texts and bodies are written beside scores. Default: yes.</value>
    public bool SavesAllExperiments { get; init; } = true;

    /// <value>Of <c>json</c>, <c>markdown</c>, <c>csv</c>, <c>html</c>. Default: all.</value>
    public ImmutableArray<string> Formats { get; init; } = ["json", "markdown", "csv", "html"];

    /// <value>Charts of the report. Default: all.</value>
    public ImmutableArray<string> Visualizations { get; init; } =
        ["score_over_time", "parameter_importance", "pareto_front", "cost_vs_quality", "case_heat_map"];

    /// <value>Where the best configuration is exported to; <see langword="null"/> (default): nowhere but <c>best_config.json</c>.</value>
    public BestConfigExport? Export { get; init; }
}

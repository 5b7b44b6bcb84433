using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Results;

/// <summary>What result files say of the configuration of a run, and which of them are wanted.</summary>
public sealed record ReportSettings
{
    /// <value>Where the API is, for readers.</value>
    public required string Endpoint { get; init; }

    /// <value>Metrics with their weights, in the order of the configuration.</value>
    public required ImmutableArray<ReportMetric> Metrics { get; init; }

    /// <value>Parameters in the order of the configuration.</value>
    public required ImmutableArray<string> Parameters { get; init; }

    /// <value>Those of them of which ratios count instead of differences.</value>
    public ImmutableArray<string> LogarithmicParameters { get; init; } = [];

    /// <value>Of <c>json</c>, <c>markdown</c>, <c>csv</c>, <c>html</c>.</value>
    public required ImmutableArray<string> Formats { get; init; }

    /// <value>Charts of the page.</value>
    public required ImmutableArray<string> Visualizations { get; init; }

    /// <value>Whether answers are written beside scores.</value>
    public bool SavesAllExperiments { get; init; } = true;

    /// <value>Is not written down: where it lies on a machine is nobody else's business.</value>
    [JsonIgnore]
    public BestConfigExport? Export { get; init; }

    /// <value>The file that the run was made from, as seen from the run's directory.</value>
    public required string Source { get; init; }

    /// <summary>What a configuration says.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="directory">Where results are written. Default: where the configuration says.</param>
    public static ReportSettings Of(OptimizationConfig config, string? directory = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ReportSettings
        {
            Endpoint = EndpointOf(config.Api),
            Metrics = [.. config.Evaluation.Metrics.Select(metric => new ReportMetric(metric.Name, metric.Weight))],
            Parameters = [.. config.SearchSpace.Parameters.Select(parameter => parameter.Name)],
            LogarithmicParameters =
                [.. config.SearchSpace.Parameters.Where(parameter => parameter.IsLogarithmic).Select(parameter => parameter.Name)],
            Formats = config.Output.Formats,
            Visualizations = config.Output.Visualizations,
            SavesAllExperiments = config.Output.SavesAllExperiments,
            Export = config.Output.Export,
            Source = Path.GetRelativePath(
                directory ?? config.Output.SavePath, Path.Combine(config.Directory, Path.GetFileName(config.Source))).Replace('\\', '/'),
        };
    }

    private static string EndpointOf(ApiConfig api) =>
        api.Endpoint is { } endpoint ? WithoutSecrets(endpoint)
        : api.Models.IsEmpty ? "no HTTP API"
        : $"by model: {string.Join(", ", api.Models.Select(model => model.Name))}";

    // Names, passwords and keys may stand in an address.
    private static string WithoutSecrets(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
        ? address.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped)
        : endpoint;
}

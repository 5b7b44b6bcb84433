using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>
/// Says when to stop: after <see cref="EarlyStoppingConfig.Patience"/> generations in a row, none of which raised the best score by
/// <see cref="EarlyStoppingConfig.MinImprovement"/> over what it was at the last improvement. Not thread-safe.
/// </summary>
internal sealed class EarlyStop(EarlyStoppingConfig config)
{
    private double? _reference;
    private int _idle;

    /// <summary>Takes in the best score after a generation.</summary>
    /// <returns>Whether to stop.</returns>
    public bool Add(double? best)
    {
        var improved = best is { } score
            && (_reference is not { } reference || (score > reference && score - reference >= config.MinImprovement));
        _reference = improved ? best : _reference;
        _idle = improved ? 0 : _idle + 1;
        return config.IsEnabled && _idle >= config.Patience;
    }
}

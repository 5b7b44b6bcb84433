using System.Globalization;

namespace Convergence.Optimization.Storage;

/// <summary>The keys under which runs keep results, as the original names them.</summary>
public static class ResultKeys
{
    /// <summary>The best configuration of the last run.</summary>
    public static string BestConfiguration(string apiName) => $"optimization:best_config:{apiName}";

    /// <summary>All configurations of a run.</summary>
    public static string History(string apiName, DateTimeOffset time) => HistoryPrefix(apiName)
        + time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>What the keys of all runs' configurations begin with.</summary>
    public static string HistoryPrefix(string apiName) => $"optimization:history:{apiName}:";
}

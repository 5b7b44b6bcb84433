using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>rate_limiting</c> of an example of the original, which neither reads.</summary>
internal static class RateLimitKeys
{
    public static void Read(YamlSection root, ConfigReading reading) => reading.Inert(
        root,
        "rate_limiting",
        "calls adapt to each host by themselves: fewer at a time after HTTP 429, and after Retry-After. "
        + "The most at a time are optimization.execution.parallel_workers.");
}

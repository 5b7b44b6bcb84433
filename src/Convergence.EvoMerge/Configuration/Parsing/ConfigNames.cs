namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>What configuration files call the members of an enumeration.</summary>
internal static class ConfigNames
{
    /// <summary>Lower case, without separators: <c>frankenmerge</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

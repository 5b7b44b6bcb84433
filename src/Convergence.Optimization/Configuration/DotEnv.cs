using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>Lines <c>NAME=value</c>, with <c>export</c>, quotes and comments as shells have them. Nothing is substituted.</summary>
internal static class DotEnv
{
    private const string Export = "export ";

    /// <summary>Lines that are none of these are skipped, as by other readers; the last of a name counts.</summary>
    public static ImmutableDictionary<string, string> Parse(string text)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            var entry = line.StartsWith(Export, StringComparison.Ordinal) ? line[Export.Length..] : line;
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && entry[0] != '#')
            {
                values[entry[..equals].Trim()] = Value(entry[(equals + 1)..].Trim());
            }
        }

        return values.ToImmutable();
    }

    private static string Value(string written)
    {
        if (written.Length > 1 && written[0] is '"' or '\'' && written.IndexOf(written[0], 1) is > 0 and var end)
        {
            return written[1..end];
        }

        var comment = written.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? written : written[..comment].TrimEnd();
    }
}

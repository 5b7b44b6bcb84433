using System.Collections.Immutable;

namespace Convergence.Foundation.Configuration;

/// <summary>A configuration cannot be used. All of its errors are in the message, one a line.</summary>
public sealed class ConfigurationException : ConvergenceException
{
    /// <param name="sourceName">The file.</param>
    /// <param name="errors">At least one; each names its key, its value and what is allowed.</param>
    public ConfigurationException(string sourceName, ImmutableArray<string> errors)
        : base(Describe(sourceName, errors))
    {
        SourceName = sourceName;
        Errors = errors;
    }

    public string SourceName { get; }

    public ImmutableArray<string> Errors { get; }

    private static string Describe(string sourceName, ImmutableArray<string> errors) =>
        errors.Length == 1
            ? $"{sourceName}: {errors[0]}"
            : $"{sourceName}: {errors.Length} errors\n" + string.Join('\n', errors.Select(error => "  - " + error));
}

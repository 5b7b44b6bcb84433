using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration.Parsing;
using Convergence.Foundation.Configuration;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;
namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// Reads configurations in YAML or JSON. Paths to models and tasks are relative to the configuration's directory; <c>out</c> and
/// <c>checkpoints</c> are relative to the working directory, like any command's output.
/// </summary>
public static class EvoMergeConfigReader
{
    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">A YAML or JSON file.</param>
    /// <param name="overrides">
    /// Values that replace keys of the top level, for example <c>seed</c> to <c>7</c>: what command-line options set. They are validated
    /// like the file's, and an error names the option (<c>--seed</c>).
    /// </param>
    /// <exception cref="ConfigurationException">With all errors at once.</exception>
    /// <exception cref="ConvergenceException">The file cannot be read, or has more than a megabyte.</exception>
    public static EvoMergeConfig ReadFile(string path, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var fullPath = Path.GetFullPath(path);
        if (!File.Exists(fullPath))
        {
            throw new ConfigurationException(path, ["there is no such file. Name a YAML or JSON configuration."]);
        }

        return Parse(CappedFile.ReadText(path, YamlTree.MaxByteCount), path, Path.GetDirectoryName(fullPath)!, overrides);
    }

    /// <summary>Reads a configuration from text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="sourceName">What error messages call it.</param>
    /// <param name="directory">What the paths of models and tasks are relative to.</param>
    /// <param name="overrides">As for <see cref="ReadFile"/>.</param>
    public static EvoMergeConfig Parse(
        string text,
        string sourceName,
        string directory,
        IReadOnlyDictionary<string, string>? overrides = null)
    {
        var errors = new ConfigErrors(sourceName, overrides?.Keys ?? []);
        var root = YamlSection.OfRoot(Root(text, sourceName, overrides), errors);
        var job = JobKeys.Read(root, sourceName, directory);
        var config = SearchKeys.Read(root, job);
        root.ReportUnknownKeys();
        CrossChecks.Run(config, errors);
        errors.ThrowIfAny();
        return config;
    }

    private static YamlMap Root(string text, string sourceName, IReadOnlyDictionary<string, string>? overrides)
    {
        try
        {
            var root = YamlTree.Parse(text, sourceName) is [YamlMap map]
                ? map
                : throw new ConfigurationException(sourceName, ["the file is not one mapping of keys to values."]);
            return (overrides ?? ImmutableDictionary<string, string>.Empty)
                .Aggregate(root, (keys, given) => keys.With(given.Key, given.Value));
        }
        catch (YamlFormatException exception)
        {
            throw new ConfigurationException(sourceName, [$"{(exception.Line is { } line ? $"line {line}: " : "")}{exception.Problem}"]);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Configuration;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;
using Convergence.Optimization.Configuration.Parsing;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// Reads configurations of the Python original, of its successor and of its SDK, with what this product adds
/// (docs/formats/optimization.md). Values that cannot be used are errors, told all at once. Keys that nobody knows, and keys that do not do
/// what they seem to, are findings of the configuration. Secrets are not looked up.
/// </summary>
public static class OptimizationConfigReader
{
    private const int MaxDictionaryDepth = 64;

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = MaxDictionaryDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a file: JSON when it is named <c>.json</c>, else YAML.</summary>
    /// <exception cref="ConfigurationException">With all errors at once.</exception>
    /// <exception cref="ConvergenceException">The file cannot be read, or has more than a megabyte.</exception>
    public static OptimizationConfig ReadFile(string path, ReaderOptions? options = null)
    {
        var fullPath = Path.GetFullPath(path);
        if (Directory.Exists(fullPath))
        {
            throw new ConfigurationException(path, ["is a directory. Name the YAML or JSON configuration in it."]);
        }

        if (!File.Exists(fullPath))
        {
            throw new ConfigurationException(path, ["there is no such file. Name a YAML or JSON configuration."]);
        }

        return Parse(CappedFile.ReadText(path, YamlTree.MaxByteCount), path, Path.GetDirectoryName(fullPath)!, options);
    }

    /// <summary>Reads a configuration from text.</summary>
    /// <param name="text">JSON when <paramref name="sourceName"/> ends with <c>.json</c>, else YAML.</param>
    /// <param name="sourceName">What error messages call it.</param>
    /// <param name="directory">What its paths are relative to.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="ConfigurationException">With all errors at once.</exception>
    public static OptimizationConfig Parse(string text, string sourceName, string directory, ReaderOptions? options = null)
    {
        var isJson = sourceName.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        return Read(isJson ? JsonRoot(text, sourceName) : YamlRoot(text, sourceName), sourceName, directory, options ?? new());
    }

    /// <summary>Reads a configuration that a program made, in the shape of a file.</summary>
    /// <param name="config">Is not changed.</param>
    /// <param name="directory">What its paths are relative to; <see langword="null"/> (default): the working directory.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="ConfigurationException">With all errors at once.</exception>
    public static OptimizationConfig FromDictionary(JsonObject config, string? directory = null, ReaderOptions? options = null)
    {
        const string Source = "configuration";
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            return Read((YamlMap)YamlJson.FromNode(config), Source, directory ?? Directory.GetCurrentDirectory(), options ?? new());
        }
        catch (ArgumentException exception) when (exception is not ArgumentNullException)
        {
            throw new ConfigurationException(
                Source, ["holds a number that JSON cannot write, such as NaN or infinity. Give a finite one."]);
        }
    }

    private static OptimizationConfig Read(YamlMap root, string sourceName, string directory, ReaderOptions options)
    {
        var (config, reading) = ReadSections(root, sourceName, directory, options);
        reading.ThrowIfAnyErrors();
        return config! with { Findings = [.. reading.Findings] };
    }

    /// <summary>Every key that is known of the sections of a YAML file, there or not: what their document must explain.</summary>
    internal static IReadOnlyCollection<string> KnownKeysOf(string yaml, string directory) =>
        ReadSections(YamlRoot(yaml, "configuration"), "configuration", directory, new ReaderOptions()).Reading.KnownKeys;

    private static (OptimizationConfig? Config, ConfigReading Reading) ReadSections(
        YamlMap root, string sourceName, string directory, ReaderOptions options)
    {
        var errors = new ConfigErrors(sourceName, options.Overrides.Keys, "option ");
        var reading = new ConfigReading(Path.GetFullPath(directory), options, errors);
        var section = YamlSection.OfRoot(ConfigOverrides.Apply(root, options.Overrides), errors, isLenient: true);
        return (RootKeys.Read(section, reading, sourceName), reading);
    }

    private static YamlMap YamlRoot(string text, string sourceName)
    {
        try
        {
            return YamlTree.Parse(text, sourceName) is [YamlMap map] ? map : throw NoMap(sourceName);
        }
        catch (YamlFormatException exception)
        {
            throw new ConfigurationException(sourceName, [$"{(exception.Line is { } line ? $"line {line}: " : "")}{exception.Problem}"]);
        }
    }

    private static YamlMap JsonRoot(string text, string sourceName)
    {
        try
        {
            return YamlJson.FromNode(JsonNode.Parse(text, nodeOptions: null, JsonOptions)) as YamlMap ?? throw NoMap(sourceName);
        }
        catch (JsonException exception)
        {
            throw new ConfigurationException(sourceName, [$"is not valid JSON: {exception.Message}"]);
        }
    }

    private static ConfigurationException NoMap(string sourceName) =>
        new(sourceName, ["the file is not one mapping of keys to values."]);
}

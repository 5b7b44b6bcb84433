using System.Collections.Immutable;
using System.Globalization;
using Convergence.LanguageModels.Tasks;
using Convergence.Tensors.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>
/// One mapping of a configuration file. Each getter validates its key, notes an error instead of throwing, and returns the
/// default then, so that one reading finds every error.
/// </summary>
internal sealed class ConfigSection
{
    private readonly YamlMappingNode _node;
    private readonly string _prefix;
    private readonly ConfigErrors _errors;
    private readonly HashSet<string> _knownKeys = [];

    private ConfigSection(YamlMappingNode node, string prefix, ConfigErrors errors)
    {
        _node = node;
        _prefix = prefix;
        _errors = errors;
    }

    /// <summary>Parses the text of a whole file.</summary>
    public static ConfigSection ParseRoot(
        string text,
        string sourceName,
        ConfigErrors errors,
        IReadOnlyDictionary<string, string>? overrides = null)
    {
        var root = Load(text, sourceName);
        foreach (var (key, value) in overrides ?? ImmutableDictionary<string, string>.Empty)
        {
            root.Children[new YamlScalarNode(key)] = new YamlScalarNode(value);
        }

        return new ConfigSection(root, "", errors);
    }

    public bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

    /// <summary>Errors so far, in the whole file.</summary>
    public int ErrorCount => _errors.Count;

    /// <summary>Notes an error about a key.</summary>
    public void Fail(string key, string problem) => _errors.Add(_prefix + key, problem);

    public int Integer(string key, int defaultValue, int min, int max) =>
        OptionalInteger(key, min, max) ?? defaultValue;

    public int? OptionalInteger(string key, int min, int max)
    {
        if (Scalar(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Fail(key, $"'{text}' is not a whole number in [{min}, {max}].");
        return null;
    }

    public ulong Unsigned(string key, ulong defaultValue)
    {
        if (Scalar(key) is not { } text)
        {
            return defaultValue;
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Fail(key, $"'{text}' is not a whole number in [0, {ulong.MaxValue}].");
        return defaultValue;
    }

    /// <param name="key">The key.</param>
    /// <param name="defaultValue">The value where the key is absent.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound, allowed itself; infinity for none.</param>
    /// <param name="minAllowed">Whether the lower bound itself is allowed.</param>
    public double Number(string key, double defaultValue, double min, double max, bool minAllowed = true) =>
        OptionalNumber(key, min, max, minAllowed) ?? defaultValue;

    public double? OptionalNumber(string key, double min, double max, bool minAllowed = true)
    {
        if (Scalar(key) is not { } text)
        {
            return null;
        }

        var parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        if (parsed && double.IsFinite(value) && value <= max && (value > min || (minAllowed && value >= min)))
        {
            return value;
        }

        var range = string.Create(CultureInfo.InvariantCulture, $"{(minAllowed ? '[' : '(')}{min}, ")
            + (double.IsInfinity(max) ? "infinity)" : string.Create(CultureInfo.InvariantCulture, $"{max}]"));
        Fail(key, $"'{text}' is not a number in {range}.");
        return null;
    }

    public bool Flag(string key, bool defaultValue)
    {
        switch (Scalar(key))
        {
            case null:
                return defaultValue;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Fail(key, $"'{text}' is neither true nor false.");
                return defaultValue;
        }
    }

    /// <summary>One of a fixed set of words, written in lower case without separators.</summary>
    public T Choice<T>(string key, T defaultValue) where T : struct, Enum =>
        Scalar(key) is { } text ? ParseChoice<T>(key, text) ?? defaultValue : defaultValue;

    public T? ParseChoice<T>(string key, string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (ConfigNames.Of(value) == text)
            {
                return value;
            }
        }

        string[] names = [.. Enum.GetValues<T>().Select(value => ConfigNames.Of(value))];
        Fail(key, $"'{text}' is not one of {string.Join(", ", names)}.{DidYouMean(text, names)}");
        return null;
    }

    public string? Text(string key)
    {
        var text = Scalar(key);
        if (text is { Length: 0 })
        {
            Fail(key, "is empty.");
            return null;
        }

        return text;
    }

    /// <summary>A list of words, or a single word as a list of one; <see langword="null"/> when the key is absent.</summary>
    public ImmutableArray<string>? TextList(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar when !string.IsNullOrEmpty(scalar.Value):
                return [scalar.Value];
            case YamlSequenceNode sequence when sequence.Children.All(child => child is YamlScalarNode { Value.Length: > 0 }):
                return [.. sequence.Children.Select(child => ((YamlScalarNode)child).Value!)];
            default:
                Fail(key, $"{NodeText.Of(Find(key)!)} is not a list of words.");
                return null;
        }
    }

    /// <summary>Whatever stands at the key; <see langword="null"/> when it is absent.</summary>
    public YamlNode? Node(string key) => Find(key);

    /// <summary>The single value at the key; <see langword="null"/> when it is absent or something else.</summary>
    public string? ScalarOrNull(string key) => Find(key) is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;

    /// <summary>A nested mapping; an empty one when the key is absent.</summary>
    public ConfigSection Section(string key)
    {
        var node = Find(key);
        if (node is not (null or YamlMappingNode))
        {
            Fail(key, $"{NodeText.Of(node)} is not a mapping of keys to values.");
        }

        return new ConfigSection(node as YamlMappingNode ?? [], $"{_prefix}{key}.", _errors);
    }

    /// <summary>Notes an error for every key that no getter asked for.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var child in _node.Children.Keys)
        {
            var key = (child as YamlScalarNode)?.Value ?? child.ToString();
            if (!_knownKeys.Contains(key))
            {
                Fail(key, $"unknown key (line {child.Start.Line}).{DidYouMean(key, _knownKeys)}");
            }
        }
    }

    private static string DidYouMean(string text, IEnumerable<string> known) =>
        Suggestion.Phrase(text, known);

    private static YamlMappingNode Load(string text, string sourceName)
    {
        if (YamlLimits.FindProblem(text) is { } problem)
        {
            throw new ConfigurationException(sourceName, [$"{(problem.Line is { } line ? $"line {line}: " : "")}{problem.Text}"]);
        }

        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            // A key that a mapping has twice shows only when the tree is made.
            throw new ConfigurationException(sourceName, [$"line {exception.Start.Line}: is not valid YAML or JSON: {exception.Message}"]);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? root
            : throw new ConfigurationException(sourceName, ["the file is not one mapping of keys to values."]);
    }

    private YamlNode? Find(string key)
    {
        _knownKeys.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private string? Scalar(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return scalar.Value ?? "";
            case var node:
                Fail(key, $"{NodeText.Of(node)} is not a single value.");
                return null;
        }
    }
}

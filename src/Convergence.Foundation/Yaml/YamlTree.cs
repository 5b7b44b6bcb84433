using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Convergence.Foundation.Yaml;

/// <summary>
/// Reads YAML from outside into trees, one per document, within limits: no tags, no key twice, bounded depth, size and number of values.
/// An alias counts as many values as what it stands for, so a few lines of them cannot stand for gigabytes.
/// </summary>
public sealed class YamlTree
{
    /// <summary>More than any file that a person writes has.</summary>
    public const int MaxByteCount = 1 << 20;

    private const int MaxDepth = 32;
    private const int MaxValueCount = 200_000;
    private const string MergeKey = "<<";

    private readonly string _source;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlValue Value, int Count)> _anchors = new(StringComparer.Ordinal);
    private int _valueCount;

    private YamlTree(string yaml, string source)
    {
        _source = source;
        _parser = new Parser(new StringReader(yaml));
    }

    /// <summary>The documents that say something; none for an empty text.</summary>
    /// <param name="yaml">The text. JSON is YAML, too.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="YamlFormatException">The text is not YAML within the limits.</exception>
    public static IReadOnlyList<YamlValue> Parse(string yaml, string source)
    {
        if (yaml.Length > MaxByteCount)
        {
            throw new YamlFormatException(source, line: null, $"has more than {MaxByteCount} characters. Is it the right file?");
        }

        try
        {
            return new YamlTree(yaml, source).ReadDocuments();
        }
        catch (YamlException exception)
        {
            throw new YamlFormatException(source, exception.Start.Line, $"is not valid YAML: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet throws for some malformed scalars and tags.
            throw new YamlFormatException(
                source, line: null, "is not valid YAML. Check quotes, indentation and control characters.", exception);
        }
    }

    private List<YamlValue> ReadDocuments()
    {
        _parser.Consume<StreamStart>();
        var documents = new List<YamlValue>();
        while (_parser.TryConsume<DocumentStart>(out _))
        {
            _anchors.Clear();
            var document = Read(depth: 0);
            _parser.Consume<DocumentEnd>();

            // A file that ends with "---" has an empty last document, which says nothing.
            if (document is not YamlScalar { IsNull: true })
            {
                documents.Add(document);
            }
        }

        return documents;
    }

    private YamlFormatException Problem(long line, string problem) => new(_source, line, problem);

    private YamlValue Read(int depth)
    {
        var line = _parser.Current!.Start.Line;
        if (depth > MaxDepth)
        {
            throw Problem(line, $"is nested more than {MaxDepth} levels deep.");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Resolve(alias.Value.Value, line);
        }

        // Some malformed flow maps end where a value is due, and YamlDotNet's parser does not mind.
        if (_parser.Current is not NodeEvent node)
        {
            throw Problem(line, $"is not valid YAML: a value is missing here.");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw Problem(line, $"uses the tag {node.Tag.Value}, which is not allowed. Remove it.");
        }

        var before = _valueCount;
        Count(1, line);
        YamlValue value = _parser.TryConsume<Scalar>(out var scalar)
            ? ReadScalar(scalar, line)
            : _parser.TryConsume<SequenceStart>(out _) ? ReadList(depth, line) : ReadMap(depth, line);
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = (value, _valueCount - before);
        }

        return value;
    }

    // No path may hold the character, and no other value needs it.
    private YamlScalar ReadScalar(Scalar scalar, long line) => scalar.Value.Contains('\0', StringComparison.Ordinal)
        ? throw Problem(line, $"has a value with the character NUL (\\0), which names and numbers do not have. Remove it.")
        : new YamlScalar(line, scalar.Value, scalar.Style == ScalarStyle.Plain);

    private YamlValue Resolve(string name, long line)
    {
        if (!_anchors.TryGetValue(name, out var anchored))
        {
            throw Problem(line, $"*{name} stands for nothing: no value before it is marked &{name}.");
        }

        Count(anchored.Count, line);
        return anchored.Value;
    }

    private void Count(int values, long line)
    {
        _valueCount += values;
        if (_valueCount > MaxValueCount)
        {
            throw Problem(line, $"holds more than {MaxValueCount} values, aliases written out. Is it the right file?");
        }
    }

    private YamlList ReadList(int depth, long line)
    {
        var items = new List<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Read(depth + 1));
        }

        return new YamlList(line, items);
    }

    private YamlMap ReadMap(int depth, long line)
    {
        _parser.Consume<MappingStart>();
        var entries = new List<(YamlScalar Key, YamlValue Value)>();
        var merged = new List<(YamlScalar Key, YamlValue Value)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (Read(depth + 1) is not YamlScalar key)
            {
                throw Problem(line, $"has a key that is not a word.");
            }

            var value = Read(depth + 1);
            if (key is { Text: MergeKey, IsPlain: true })
            {
                merged.AddRange(MapsOf(value, key).SelectMany(map => map.Entries));
            }
            else if (seen.Add(key.Text))
            {
                entries.Add((key, value));
            }
            else
            {
                throw Problem(key.Line, $"gives \"{key.Text}\" twice. Keep one.");
            }
        }

        // YAML's merge key: what the map says itself comes first, then the maps in their order.
        entries.AddRange(merged.Where(entry => seen.Add(entry.Key.Text)));
        return new YamlMap(line, entries);
    }

    private IEnumerable<YamlMap> MapsOf(YamlValue value, YamlScalar key) => value switch
    {
        YamlMap map => [map],
        YamlList list when list.Items.All(item => item is YamlMap) => list.Items.Cast<YamlMap>(),
        _ => throw Problem(key.Line, $"<< takes the keys of another map, such as an alias of one."),
    };
}

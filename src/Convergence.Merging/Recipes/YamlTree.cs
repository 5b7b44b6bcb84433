using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Convergence.Merging;

/// <summary>
/// Reads YAML from outside into a tree, within limits: one document, no anchors or aliases (a few lines of them can stand for gigabytes),
/// no tags, no key twice, bounded depth and size.
/// </summary>
internal static class YamlTree
{
    /// <summary>More than any recipe has.</summary>
    public const int MaxByteCount = 1 << 20;

    private const int MaxDepth = 32;

    /// <param name="yaml">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="RecipeException">The text is not YAML within the limits.</exception>
    public static YamlValue Parse(string yaml, string source)
    {
        if (yaml.Length > MaxByteCount)
        {
            throw new RecipeException($"{source}: has more than {MaxByteCount} characters; a recipe has a few hundred. Is it the right file?");
        }

        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                throw new RecipeException($"{source}: is empty. A recipe names at least merge_method and models or slices.");
            }

            var root = Read(parser, source, depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? root
                : throw new RecipeException($"{source}: holds several documents; a recipe is one. Split the file.");
        }
        catch (YamlException exception)
        {
            throw new RecipeException($"{source}:{exception.Start.Line}: is not valid YAML: {exception.Message}", exception);
        }
    }

    private static YamlValue Read(Parser parser, string source, int depth)
    {
        var line = parser.Current!.Start.Line;
        if (depth > MaxDepth)
        {
            throw new RecipeException($"{source}:{line}: is nested more than {MaxDepth} levels deep.");
        }

        if (parser.Accept<AnchorAlias>(out _) || (parser.Accept<NodeEvent>(out var node) && !node.Anchor.IsEmpty))
        {
            throw new RecipeException($"{source}:{line}: uses an anchor or alias (& or *), which recipes do not allow. Write the value out.");
        }

        if (parser.Accept<NodeEvent>(out node) && !node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw new RecipeException($"{source}:{line}: uses the tag {node.Tag.Value}, which recipes do not allow. Remove it.");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlScalar(line, scalar.Value, scalar.Style == ScalarStyle.Plain);
        }

        return parser.TryConsume<SequenceStart>(out _) ? ReadList(parser, source, depth, line) : ReadMap(parser, source, depth, line);
    }

    private static YamlList ReadList(Parser parser, string source, int depth, long line)
    {
        var items = new List<YamlValue>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Read(parser, source, depth + 1));
        }

        return new YamlList(line, items);
    }

    private static YamlMap ReadMap(Parser parser, string source, int depth, long line)
    {
        parser.Consume<MappingStart>();
        var entries = new List<(YamlScalar, YamlValue)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Read(parser, source, depth + 1) is not YamlScalar key)
            {
                throw new RecipeException($"{source}:{line}: has a key that is not a word.");
            }

            if (!seen.Add(key.Text))
            {
                throw new RecipeException($"{source}:{key.Line}: gives \"{key.Text}\" twice. Keep one.");
            }

            entries.Add((key, Read(parser, source, depth + 1)));
        }

        return new YamlMap(line, entries);
    }
}

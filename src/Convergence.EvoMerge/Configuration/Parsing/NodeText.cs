using YamlDotNet.RepresentationModel;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>What stands at a key, in a few words of a message.</summary>
internal static class NodeText
{
    private const int MaxLength = 60;

    /// <summary>A value in quotes, a list in brackets, a mapping in braces; long ones are cut.</summary>
    public static string Of(YamlNode node)
    {
        var text = node is YamlScalarNode scalar ? $"'{scalar.Value}'" : Flow(node);
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 4), " ...");
    }

    private static string Flow(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Flow))}]",
        YamlMappingNode mapping => $"{{{string.Join(", ", mapping.Children.Select(pair => $"{Flow(pair.Key)}: {Flow(pair.Value)}"))}}}",
        _ => node.ToString(),
    };
}

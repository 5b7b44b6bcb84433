using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Refuses YAML that would cost more than it says before a tree is made of it: nesting deep enough to exhaust the stack of a recursive
/// reader, and aliases, a few lines of which can stand for gigabytes.
/// </summary>
public static class YamlLimits
{
    private const int MaxDepth = 32;

    /// <summary>Checks a text from outside.</summary>
    /// <param name="yaml">The text; its size must be bounded already.</param>
    /// <param name="sourceName">What error messages call it.</param>
    /// <exception cref="LanguageModelException">The text is not YAML, is nested too deeply, or uses anchors or aliases.</exception>
    public static void Check(string yaml, string sourceName)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            var depth = 0;
            while (parser.MoveNext())
            {
                var current = parser.Current!;
                depth += current.NestingIncrease;
                if (depth > MaxDepth)
                {
                    throw new LanguageModelException($"{sourceName}, line {current.Start.Line}: is nested more than {MaxDepth} levels deep.");
                }

                if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                {
                    throw new LanguageModelException(
                        $"{sourceName}, line {current.Start.Line}: uses an anchor or alias (& or *), which is not allowed. Write the value out.");
                }
            }
        }
        catch (YamlException exception)
        {
            throw new LanguageModelException($"{sourceName}, line {exception.Start.Line}: is not valid YAML: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet throws for some malformed scalars and tags.
            throw new LanguageModelException($"{sourceName}: is not valid YAML. Check quotes, indentation and control characters.", exception);
        }
    }
}

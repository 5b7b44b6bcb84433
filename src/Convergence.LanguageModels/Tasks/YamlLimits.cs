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
        if (FindProblem(yaml) is { } problem)
        {
            throw new LanguageModelException($"{sourceName}{(problem.Line is { } line ? $", line {line}" : "")}: {problem.Text}");
        }
    }

    /// <summary>The first thing that is wrong with a text from outside.</summary>
    /// <param name="yaml">The text; its size must be bounded already.</param>
    /// <returns>Its line, where there is one, and what it is; <see langword="null"/> for a text within the limits.</returns>
    public static (long? Line, string Text)? FindProblem(string yaml)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            for (var depth = 0; parser.MoveNext();)
            {
                var current = parser.Current!;
                depth += current.NestingIncrease;
                if (depth > MaxDepth)
                {
                    return (current.Start.Line, $"is nested more than {MaxDepth} levels deep.");
                }

                if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                {
                    return (current.Start.Line, "uses an anchor or alias (& or *), which is not allowed. Write the value out.");
                }
            }

            return null;
        }
        catch (YamlException exception)
        {
            return (exception.Start.Line, $"is not valid YAML or JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet throws for some malformed scalars and tags.
            return (null, "is not valid YAML or JSON. Check quotes, indentation and control characters.");
        }
    }
}

using System.Collections.Immutable;

namespace Convergence.Evolution.Spaces;

/// <summary>What can be wrong with a search space.</summary>
public static class SearchSpaceProblems
{
    /// <summary>Everything wrong with the parameters of a space, in words; empty when all is well.</summary>
    public static IReadOnlyList<string> Of(ImmutableArray<Parameter> parameters)
    {
        if (parameters.IsDefaultOrEmpty)
        {
            return ["The space has no parameters; there is nothing to search."];
        }

        var problems = parameters.SelectMany(parameter => parameter.Problems()).ToList();
        if (parameters.Any(parameter => string.IsNullOrWhiteSpace(parameter.Name)))
        {
            problems.Add("A parameter has no name.");
        }

        foreach (var same in parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            problems.Add($"{same.Key}: there are {same.Count()} parameters of this name; names are unique.");
        }

        if (problems.Count == 0)
        {
            var byName = parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
            problems.AddRange(parameters.SelectMany(parameter => OfCondition(parameter, byName)));
        }

        return problems;
    }

    private static IEnumerable<string> OfCondition(Parameter parameter, Dictionary<string, Parameter> byName)
    {
        if (parameter.Condition is not { } condition)
        {
            yield break;
        }

        if (!byName.TryGetValue(condition.Parent, out var parent))
        {
            yield return $"{parameter.Name}: it hangs on {condition.Parent}, which is no parameter of this space.";
            yield break;
        }

        if (condition.Values.IsDefaultOrEmpty)
        {
            yield return $"{parameter.Name}: its condition on {condition.Parent} names no value, so it would never count.";
            yield break;
        }

        foreach (var value in condition.Values)
        {
            if (ImpossibleValue(parent, value) is { } reason)
            {
                yield return $"{parameter.Name}: its condition cannot hold: {reason}";
            }
        }

        if (HangsOnItself(parameter, byName))
        {
            yield return $"{parameter.Name}: its conditions lead back to itself; a parameter cannot hang on itself.";
        }
    }

    private static string? ImpossibleValue(Parameter parent, object value)
    {
        try
        {
            parent.CodeOf(value);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static bool HangsOnItself(Parameter parameter, Dictionary<string, Parameter> byName)
    {
        var current = parameter;
        for (var steps = 0; steps <= byName.Count; steps++)
        {
            if (current.Condition is not { } condition || !byName.TryGetValue(condition.Parent, out current))
            {
                return false;
            }
        }

        return true;
    }
}

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>A <c>for</c> of a template.</summary>
/// <param name="names">What takes each item, or its parts.</param>
/// <param name="items">What it goes over.</param>
/// <param name="condition">Which items it takes, or <see langword="null"/> for all.</param>
/// <param name="body">What it does with each.</param>
/// <param name="otherwise">What it does when there is none.</param>
internal sealed class JinjaLoop(
    List<string> names,
    Func<JinjaScope, object?> items,
    Func<JinjaScope, object?>? condition,
    Func<JinjaScope, JinjaFlow> body,
    Func<JinjaScope, JinjaFlow> otherwise)
{
    public JinjaFlow Run(JinjaScope scope)
    {
        // A copy: the body may add to the list.
        List<object?> taken = [.. JinjaValue.Items(items(scope)).Where(item => Takes(scope, item))];
        if (taken.Count == 0)
        {
            return otherwise(scope);
        }

        for (var index = 0; index < taken.Count; index++)
        {
            JinjaBudget.Spend(JinjaBudget.LoopCost);
            var inner = scope.Inner();
            Assign(inner, names, taken[index]);
            inner.Set("loop", Describe(taken, index));
            if (body(inner) == JinjaFlow.Break)
            {
                break;
            }
        }

        return JinjaFlow.Next;
    }

    /// <summary>Gives a value to a name, or its parts to several.</summary>
    public static void Assign(JinjaScope scope, List<string> names, object? value)
    {
        if (names.Count == 1)
        {
            scope.Set(names[0], value);
            return;
        }

        var parts = JinjaValue.Items(value);
        if (parts.Count != names.Count)
        {
            throw new LanguageModelException($"{parts.Count} values cannot be given to {names.Count} names.");
        }

        for (var index = 0; index < names.Count; index++)
        {
            scope.Set(names[index], parts[index]);
        }
    }

    private bool Takes(JinjaScope scope, object? item)
    {
        if (condition is null)
        {
            return true;
        }

        JinjaBudget.Spend(JinjaBudget.LoopCost);
        var inner = scope.Inner();
        Assign(inner, names, item);
        return JinjaValue.IsTrue(condition(inner));
    }

    private static JinjaMap Describe(List<object?> taken, int index) => new()
    {
        ["index"] = index + 1L,
        ["index0"] = (long)index,
        ["revindex"] = (long)taken.Count - index,
        ["revindex0"] = taken.Count - index - 1L,
        ["first"] = index == 0,
        ["last"] = index == taken.Count - 1,
        ["length"] = (long)taken.Count,
        ["previtem"] = index > 0 ? taken[index - 1] : new JinjaUndefined("loop.previtem"),
        ["nextitem"] = index + 1 < taken.Count ? taken[index + 1] : new JinjaUndefined("loop.nextitem"),
        ["cycle"] = (JinjaFunction)(arguments => arguments.Positional.Count > 0
            ? arguments.Positional[index % arguments.Positional.Count]
            : throw new LanguageModelException("loop.cycle takes at least one value.")),
    };
}

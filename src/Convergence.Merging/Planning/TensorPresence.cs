namespace Convergence.Merging;

/// <summary>What becomes of tensors that only some of the models have.</summary>
/// <param name="parents">Opens the models.</param>
/// <param name="rule">The recipe's rule.</param>
internal sealed class TensorPresence(ParentModels parents, MissingTensorRule rule)
{
    private readonly List<string> _notes = [];

    /// <summary>What was decided, for a person.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public bool IsThere(TensorInput input) => parents.Get(input.Model).Has(input.Tensor);

    /// <summary>Applies the rule, and returns whether the output has the tensor.</summary>
    /// <param name="name">The tensor of the output.</param>
    /// <param name="sources">Where it comes from; those without it are removed.</param>
    /// <param name="inputs">The same, as inputs.</param>
    /// <param name="baseInput">The base's, where there is one.</param>
    /// <exception cref="MergeException">It is missing where it may not be.</exception>
    public bool LeaveOutAbsent(string name, List<RecipeSource> sources, List<TensorInput> inputs, TensorInput? baseInput)
    {
        List<TensorInput> absent = baseInput is not null && !IsThere(baseInput) ? [baseInput] : [];
        foreach (var input in inputs)
        {
            if (!IsThere(input))
            {
                absent.Add(input);
            }
        }

        if (absent.Count == 0)
        {
            return true;
        }

        List<TensorInput> all = baseInput is null ? inputs : [.. inputs, baseInput];
        var holder = all.Find(input => !absent.Contains(input));
        if (holder is not null && DerivedBuffers.IsDerived(name, parents.Get(holder.Model).Find(holder.Tensor)!.Shape.Rank))
        {
            _notes.Add($"{name} is left out: {absent[0].Model} does not store it, "
                + "and it is worked out from the configuration when a model is loaded.");
            return false;
        }

        if (rule == MissingTensorRule.Refuse || holder is null || (baseInput is not null && absent.Contains(baseInput)))
        {
            throw Missing(absent, all.FindAll(input => !absent.Contains(input)), baseInput);
        }

        for (var index = inputs.Count - 1; index >= 0; index--)
        {
            if (absent.Contains(inputs[index]))
            {
                inputs.RemoveAt(index);
                sources.RemoveAt(index);
            }
        }

        _notes.Add($"{name} is merged without {string.Join(", ", absent.Select(input => input.Model))}, "
            + $"which {(absent.Count == 1 ? "does" : "do")} not have it.");
        return true;
    }

    private static MergeException Missing(List<TensorInput> absent, List<TensorInput> holders, TensorInput? baseInput)
    {
        var held = holders.Count == 0 ? "" : $", but {Who(holders)}";
        var cure = baseInput is not null && absent.Contains(baseInput) && holders.Count > 0
            ? "Task vectors are differences from the base, so the base must have every tensor: "
                + "take the base that these models were fine-tuned from."
            : "Check that both are complete and fine-tuned from one architecture; "
              + "or set \"missing_tensors: skip\" in the recipe, and such tensors are merged from the models that have them.";
        return new MergeException($"{Who(absent)} no tensor {absent[0].Tensor}{held}. {cure}");

        static string Who(List<TensorInput> inputs) =>
            $"{string.Join(", ", inputs.Select(input => input.Model))} {(inputs.Count == 1 ? "has" : "have")}";
    }
}

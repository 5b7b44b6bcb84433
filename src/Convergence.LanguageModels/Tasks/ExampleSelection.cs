using Convergence.Tensors.Randomness;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Which examples of a file a task uses: its split, then a subset of limited size. A function of the seed alone.</summary>
internal static class ExampleSelection
{
    /// <summary>The selected indices, ascending, so that results keep the file's order.</summary>
    public static int[] Select(EvaluationTask task, int count)
    {
        var order = new int[count];
        for (var index = 0; index < count; index++)
        {
            order[index] = index;
        }

        if (task.Split is null && (task.Limit is null || task.Limit >= count))
        {
            return order;
        }

        Shuffle(order, Philox.Key(task.Seed, "task examples"));
        var selected = order.AsSpan();
        if (task.Split is { } split)
        {
            var start = (int)Math.Round(split.Start * count);
            selected = selected[start..(int)Math.Round(split.End * count)];
        }

        if (task.Limit is { } limit && limit < selected.Length)
        {
            selected = selected[..limit];
        }

        selected.Sort();
        return selected.ToArray();
    }

    // Fisher and Yates, from the end.
    private static void Shuffle(int[] order, ulong key)
    {
        for (var index = order.Length - 1; index > 0; index--)
        {
            var other = (int)(Philox.UniformAt(key, 0, index) * (index + 1));
            (order[index], order[other]) = (order[other], order[index]);
        }
    }
}

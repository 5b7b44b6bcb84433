namespace Convergence.LanguageModels.Tasks;

/// <summary>Reads one task of a task file.</summary>
internal static class TaskReader
{
    private const string SplitPlaceholder = "{split}";

    private static readonly Dictionary<string, TaskKind> Kinds = new(StringComparer.Ordinal)
    {
        ["perplexity"] = TaskKind.Perplexity,
        ["exact_match"] = TaskKind.ExactMatch,
        ["multiple_choice"] = TaskKind.MultipleChoice,
        ["minimal_pairs"] = TaskKind.MinimalPairs,
    };

    private static readonly string[] CommonKeys = ["name", "kind", "data", "metric", "limit", "seed", "split", "splits", "add_bos"];

    /// <returns>The task, or <see langword="null"/> when its kind is not known; errors are reported to the nodes.</returns>
    public static EvaluationTask? Read(TaskNode node, TaskNode root, string dataDirectory, string? splitOverride)
    {
        var kindName = node.RequiredText("kind");
        if (!Kinds.TryGetValue(kindName, out var kind))
        {
            node.Report($"'kind' is '{kindName}', but must be one of {string.Join(", ", Kinds.Keys)}.");
            return null;
        }

        node.RefuseUnknownKeys([.. CommonKeys, .. KeysOf(kind)]);
        var data = node.RequiredText("data");
        var split = splitOverride ?? node.Text("split") ?? root.Text("split");
        var task = new EvaluationTask
        {
            Name = Name(node),
            Kind = kind,
            DataPath = Path.GetFullPath(Path.Combine(dataDirectory, WithSplit(node, data, split))),
            Metric = Metric(node, kind),
            Limit = node.Integer("limit", lowest: 1),
            Seed = node.Seed("seed") ?? 0,
            Split = data.Contains(SplitPlaceholder, StringComparison.Ordinal) ? null : Split(node, root, split),
            AddsBos = node.Flag("add_bos"),
            BlockLength = node.Integer("block_length", lowest: 2),
            KeepsTail = node.Flag("keep_tail"),
        };
        return kind != TaskKind.ExactMatch ? task : task with
        {
            MaxNewTokens = node.Integer("max_new_tokens", lowest: 1) ?? task.MaxNewTokens,
            Stop = node.Texts("stop") is { } stop ? [.. stop] : task.Stop,
        };
    }

    private static string Name(TaskNode node)
    {
        var name = node.RequiredText("name");
        if (PlainName.IsNot(name))
        {
            node.Report($"'name' is {PlainName.Quote(name)}, which holds control characters. Give a name that can be printed.");
        }

        return name;
    }

    private static string[] KeysOf(TaskKind kind) => kind switch
    {
        TaskKind.Perplexity => ["block_length", "keep_tail"],
        TaskKind.ExactMatch => ["max_new_tokens", "stop"],
        _ => [],
    };

    private static string Metric(TaskNode node, TaskKind kind)
    {
        var known = TaskMetrics.Of(kind);
        var metric = node.Text("metric") ?? known[0];
        if (!known.Contains(metric))
        {
            node.Report($"'metric' is '{metric}', but this kind of task has {string.Join(", ", known)}.");
        }

        return metric;
    }

    private static string WithSplit(TaskNode node, string data, string? split)
    {
        if (data.Contains(SplitPlaceholder, StringComparison.Ordinal) && split is null)
        {
            node.Report($"'data' is '{data}', but no split is chosen. Set 'split', or name one with --split.");
        }

        return data.Replace(SplitPlaceholder, split ?? string.Empty, StringComparison.Ordinal);
    }

    private static TaskSplit? Split(TaskNode node, TaskNode root, string? split)
    {
        var shares = node.Has("splits") ? node.Shares("splits") : root.Shares("splits");
        if (split is null)
        {
            return null;
        }

        var start = 0.0;
        foreach (var (name, share) in shares ?? [])
        {
            if (name == split)
            {
                return new TaskSplit(name, start, Math.Min(1, start + share));
            }

            start += share;
        }

        node.Report($"has no split '{split}'. Define it under 'splits', or write {SplitPlaceholder} in 'data'.");
        return null;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Convergence.EvoMerge.Configuration;
using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>The tasks of one split, read, tokenised and hashed: shared by all evaluators. Immutable.</summary>
internal sealed class SplitTasks
{
    private SplitTasks(string name, ImmutableArray<PreparedTask> tasks)
    {
        Name = name;
        Tasks = tasks;
        Hash = HashOf(tasks);
    }

    /// <summary><c>search</c>, <c>validation</c> or <c>test</c>.</summary>
    public string Name { get; }

    public ImmutableArray<PreparedTask> Tasks { get; }

    /// <summary>SHA-256 of everything that decides scores besides the model: tasks, settings and examples.</summary>
    public string Hash { get; }

    public bool HasPerplexity => Tasks.Any(task => task.Task.Metric == TaskMetrics.Perplexity);

    public bool HasAccuracy => Tasks.Any(task => task.Task.Metric != TaskMetrics.Perplexity);

    /// <summary>Reads a split.</summary>
    /// <exception cref="ConvergenceException">A task or its data cannot be used, or two tasks have one name.</exception>
    public static SplitTasks Prepare(string name, ImmutableArray<TaskSource> sources, ModelTokenizer tokenizer, int contextLength)
    {
        var tasks = sources.SelectMany(source => Read(source)).ToList();
        if (tasks.GroupBy(task => task.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            throw new ConvergenceException(
                $"tasks.{name}: {twins.Count()} tasks are named '{twins.Key}'. Give every task of a split its own name.");
        }

        return new SplitTasks(name, [.. tasks.Select(task => PreparedTask.Prepare(task, tokenizer, contextLength))]);
    }

    /// <summary>Scores a model in every task.</summary>
    public ImmutableArray<TaskResult> Score(TaskEvaluator evaluator, CancellationToken cancellation) =>
        [.. Tasks.Select(task => evaluator.Evaluate(task, cancellation))];

    /// <summary>Scores models that are loaded side by side in every task.</summary>
    /// <returns>Per model its results.</returns>
    public ImmutableArray<ImmutableArray<TaskResult>> ScoreMembers(TaskEvaluator evaluator, CancellationToken cancellation)
    {
        var results = Tasks.Select(task => evaluator.EvaluateMembers(task, cancellation)).ToList();
        return [.. Enumerable.Range(0, results[0].Length).Select(member => results.Select(ofTask => ofTask[member]).ToImmutableArray())];
    }

    private static ImmutableArray<EvaluationTask> Read(TaskSource source) => source.Path is { } path
        ? TaskFile.ReadFile(path, source.Split)
        : TaskFile.Parse(source.Inline!, source.Name, source.Directory);

    private static string HashOf(ImmutableArray<PreparedTask> tasks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var task in tasks)
        {
            var settings = string.Create(
                CultureInfo.InvariantCulture,
                $"{task.Task.Name}|{task.Task.Kind}|{task.Task.Metric}|{task.Task.MaxNewTokens}|"
                + $"{string.Join('\u001f', task.Task.Stop)}|{task.ExampleCount}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(settings));
            foreach (var digest in task.ExampleDigests)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(digest));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

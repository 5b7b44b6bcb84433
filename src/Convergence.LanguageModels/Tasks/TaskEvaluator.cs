using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Puts tasks to a model, or to several side by side. It may be kept while the model is reloaded with one candidate after another, and
/// then reuses its buffers. Not thread-safe.
/// </summary>
/// <param name="model">The model, or models; their tokenizer must be the one that the tasks were prepared with.</param>
/// <param name="options">How to evaluate; <see langword="null"/> for the defaults.</param>
public sealed class TaskEvaluator(LanguageModel model, EvaluationOptions? options = null)
{
    private readonly EvaluationOptions _options = options ?? new EvaluationOptions();
    private float[] _scores = [];
    private int[] _predictions = [];

    /// <summary>Scores a model alone in a task.</summary>
    /// <param name="task">The prepared task.</param>
    /// <param name="cancellation">Ends the evaluation between two batches.</param>
    /// <exception cref="LanguageModelException">A sequence does not fit the model's context or vocabulary.</exception>
    public TaskResult Evaluate(PreparedTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfNotEqual(model.MemberCount, 1);
        Run(task, cancellation);
        return Conclude(task, member: 0, cancellation);
    }

    /// <summary>
    /// Scores models that are loaded side by side in a task: all of them in the same passes. Only what exact match has to generate is
    /// generated for one after another.
    /// </summary>
    /// <returns>A result per member, the one it has alone.</returns>
    /// <exception cref="LanguageModelException">A sequence does not fit the models' context or vocabulary.</exception>
    public TaskResult[] EvaluateMembers(PreparedTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        Run(task, cancellation);
        var results = new TaskResult[model.MemberCount];
        for (var member = 0; member < results.Length; member++)
        {
            results[member] = Conclude(task, member, cancellation);
        }

        return results;
    }

    // The passes that all members share.
    private void Run(PreparedTask task, CancellationToken cancellation)
    {
        if (task.Scored is { } scored)
        {
            var count = checked((int)scored.TokenCount * model.MemberCount);
            Grow(ref _scores, count);
            model.ScoreTokens(scored.Sequences, scored.FirstScored, _scores.AsSpan(0, count), cancellation);
        }
        else if (!_options.CompletesGenerations)
        {
            var examples = task.Completions!;
            var count = checked(CompletionCheck.PredictionCount(examples) * model.MemberCount);
            Grow(ref _predictions, count);
            model.PredictTokens(examples.Sequences, examples.FirstPredicted, _predictions.AsSpan(0, count), cancellation);
        }
    }

    private TaskResult Conclude(PreparedTask task, int member, CancellationToken cancellation) => task.Task.Kind switch
    {
        TaskKind.Perplexity => ConcludePerplexity(task, member),
        TaskKind.ExactMatch => ConcludeCompletions(task, member, cancellation),
        _ => ConcludeAlternatives(task, member),
    };

    private TaskResult ConcludePerplexity(PreparedTask task, int member)
    {
        var scored = task.Scored!;
        var sums = SequenceScores(scored, member);
        var counts = new int[sums.Length];
        var sum = 0.0;
        long count = 0;
        for (var index = 0; index < sums.Length; index++)
        {
            counts[index] = scored.Sequences[index].Length - scored.FirstScored[index];
            sum += sums[index];
            count += counts[index];
        }

        return Result(task, [.. sums], count, (TaskMetrics.Perplexity, Math.Exp(-sum / count))) with { TokenCounts = [.. counts] };
    }

    private TaskResult ConcludeAlternatives(PreparedTask task, int member)
    {
        var scored = task.Scored!;
        var sums = SequenceScores(scored, member);
        var plain = RightChoices(scored, sums);
        for (var index = 0; index < sums.Length; index++)
        {
            sums[index] /= scored.ByteCounts[index];
        }

        var normalized = RightChoices(scored, sums);
        return task.Task.Kind == TaskKind.MinimalPairs
            ? Result(task, plain, scored.TokenCount, (TaskMetrics.Accuracy, plain.Average()))
            : Result(
                task,
                task.Task.Metric == TaskMetrics.NormalizedAccuracy ? normalized : plain,
                scored.TokenCount,
                (TaskMetrics.Accuracy, plain.Average()),
                (TaskMetrics.NormalizedAccuracy, normalized.Average()));
    }

    private TaskResult ConcludeCompletions(PreparedTask task, int member, CancellationToken cancellation)
    {
        var examples = task.Completions!;
        var check = new CompletionCheck(model, examples, member);
        var count = CompletionCheck.PredictionCount(examples);
        var right = _options.CompletesGenerations
            ? check.GenerateAll(cancellation)
            : check.Decide(_predictions.AsSpan(member * count, count), cancellation);
        return Result(task, right, check.TokenCount, (TaskMetrics.ExactMatch, right.Average())) with
        {
            TruncatedCount = _options.CompletesGenerations ? check.TruncatedCount : null,
        };
    }

    // The sum over each sequence's scored tokens, in float64.
    private double[] SequenceScores(ScoredSequences scored, int member)
    {
        var sums = new double[scored.Sequences.Length];
        var next = member * (int)scored.TokenCount;
        for (var index = 0; index < sums.Length; index++)
        {
            for (var token = scored.FirstScored[index]; token < scored.Sequences[index].Length; token++)
            {
                sums[index] += _scores[next++];
            }
        }

        return sums;
    }

    private static void Grow<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
        {
            buffer = new T[count];
        }
    }

    // 1 where the right one is strictly the likeliest, so that a model without preference earns nothing; NaN where any score is NaN.
    private static ImmutableArray<double> RightChoices(ScoredSequences scored, double[] sums)
    {
        var right = ImmutableArray.CreateBuilder<double>(scored.ExampleCount);
        for (var example = 0; example < scored.ExampleCount; example++)
        {
            var choices = sums.AsSpan(scored.FirstOfExample[example]..scored.FirstOfExample[example + 1]);
            var answer = scored.Answers[example];
            var isRight = 1.0;
            for (var choice = 0; choice < choices.Length; choice++)
            {
                if (double.IsNaN(choices[choice]))
                {
                    isRight = double.NaN;
                }
                else if (choice != answer && choices[choice] >= choices[answer])
                {
                    isRight = double.IsNaN(isRight) ? isRight : 0;
                }
            }

            right.Add(isRight);
        }

        return right.MoveToImmutable();
    }

    private static TaskResult Result(
        PreparedTask task, ImmutableArray<double> perExample, long tokenCount, params ReadOnlySpan<(string Name, double Value)> metrics)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in metrics)
        {
            all.Add(name, value);
        }

        return new TaskResult
        {
            Task = task.Task.Name,
            Kind = task.Task.Kind,
            Metric = task.Task.Metric,
            Value = all[task.Task.Metric],
            PerExample = perExample,
            Metrics = all.ToImmutable(),
            ScoredTokenCount = tokenCount,
        };
    }
}

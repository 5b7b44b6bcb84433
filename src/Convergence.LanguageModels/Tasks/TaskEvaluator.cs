using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Puts tasks to a model. It may be kept while the model is reloaded with one candidate after another, and then reuses its
/// buffers. Not thread-safe.
/// </summary>
/// <param name="model">The model; its tokenizer must be the one that the tasks were prepared with.</param>
/// <param name="options">How to evaluate; <see langword="null"/> for the defaults.</param>
public sealed class TaskEvaluator(LanguageModel model, EvaluationOptions? options = null)
{
    private readonly EvaluationOptions _options = options ?? new EvaluationOptions();
    private float[] _scores = [];

    /// <summary>Scores a task.</summary>
    /// <param name="task">The prepared task.</param>
    /// <param name="cancellation">Ends the evaluation between two batches.</param>
    /// <exception cref="LanguageModelException">A sequence does not fit the model's context or vocabulary.</exception>
    public TaskResult Evaluate(PreparedTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Task.Kind switch
        {
            TaskKind.Perplexity => EvaluatePerplexity(task, cancellation),
            TaskKind.ExactMatch => EvaluateCompletions(task, cancellation),
            _ => EvaluateAlternatives(task, cancellation),
        };
    }

    private TaskResult EvaluatePerplexity(PreparedTask task, CancellationToken cancellation)
    {
        var scored = task.Scored!;
        var sums = SequenceScores(scored, cancellation);
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

    private TaskResult EvaluateAlternatives(PreparedTask task, CancellationToken cancellation)
    {
        var scored = task.Scored!;
        var sums = SequenceScores(scored, cancellation);
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

    private TaskResult EvaluateCompletions(PreparedTask task, CancellationToken cancellation)
    {
        var check = new CompletionCheck(model, task.Completions!);
        var right = _options.CompletesGenerations ? check.GenerateAll(cancellation) : check.Decide(cancellation);
        return Result(task, right, check.TokenCount, (TaskMetrics.ExactMatch, right.Average())) with
        {
            TruncatedCount = _options.CompletesGenerations ? check.TruncatedCount : null,
        };
    }

    // The sum over each sequence's scored tokens, in float64.
    private double[] SequenceScores(ScoredSequences scored, CancellationToken cancellation)
    {
        var count = checked((int)scored.TokenCount);
        if (_scores.Length < count)
        {
            _scores = new float[count];
        }

        model.ScoreTokens(scored.Sequences, scored.FirstScored, _scores.AsSpan(0, count), cancellation);
        var sums = new double[scored.Sequences.Length];
        var next = 0;
        for (var index = 0; index < sums.Length; index++)
        {
            for (var token = scored.FirstScored[index]; token < scored.Sequences[index].Length; token++)
            {
                sums[index] += _scores[next++];
            }
        }

        return sums;
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

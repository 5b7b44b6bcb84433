using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Token sequences whose ends are scored, in groups of one example each: a block, the choices of a question, a pair.</summary>
internal sealed record ScoredSequences
{
    /// <summary>The sequences of all examples, one after another.</summary>
    public required ImmutableArray<int[]> Sequences { get; init; }

    /// <summary>Per sequence the index of its first scored token; at least 1.</summary>
    public required int[] FirstScored { get; init; }

    /// <summary>Per example its first sequence, and one more entry for the end.</summary>
    public required int[] FirstOfExample { get; init; }

    /// <summary>Per example which of its sequences is right.</summary>
    public ImmutableArray<int> Answers { get; init; } = [];

    /// <summary>Per sequence the bytes of its choice.</summary>
    public ImmutableArray<int> ByteCounts { get; init; } = [];

    public int ExampleCount => FirstOfExample.Length - 1;

    public long TokenCount
    {
        get
        {
            long count = 0;
            for (var index = 0; index < Sequences.Length; index++)
            {
                count += Sequences[index].Length - FirstScored[index];
            }

            return count;
        }
    }
}

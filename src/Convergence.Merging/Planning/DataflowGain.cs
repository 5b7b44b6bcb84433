using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// The product of a dataflow path's scales up to a layer, by which the matrices that write to the residual stream from there on are divided
/// (<see cref="DataflowMerge"/>).
/// </summary>
internal sealed class DataflowGain
{
    // Beyond this, layers weigh nothing beside the stream, or the stream nothing beside them.
    private const double Smallest = 1e-6;
    private const double Largest = 1e6;

    /// <summary>The product so far; 1 without scales.</summary>
    public double Value { get; private set; } = 1;

    /// <summary>Goes through a layer of the path.</summary>
    /// <param name="layer">Its name in the output.</param>
    /// <param name="scales">The scales that the recipe gives its sources.</param>
    /// <param name="source">The model that the layer comes from.</param>
    /// <param name="sourceLayer">The layer's number there.</param>
    /// <param name="suffixes">The names of the layer's tensors after its number.</param>
    /// <exception cref="RecipeException">The product leaves its range.</exception>
    /// <exception cref="MergeException">The layer's tensors cannot be scaled.</exception>
    public void Enter(
        string layer, ImmutableArray<double> scales, RecipeSource source, int sourceLayer, IReadOnlyCollection<string> suffixes)
    {
        foreach (var scale in scales)
        {
            Value *= scale;
        }

        if (Value is < Smallest or > Largest)
        {
            throw new RecipeException(FormattableString.Invariant(
                $"dataflow: the scales up to {layer} multiply to {Value}, and the weights divided by that would leave their range. ")
                + FormattableString.Invariant($"Keep the product in [{Smallest}, {Largest}]."));
        }

        if (Value != 1)
        {
            ResidualWriters.EnsureScalable(source.Model, sourceLayer, suffixes);
        }
    }
}

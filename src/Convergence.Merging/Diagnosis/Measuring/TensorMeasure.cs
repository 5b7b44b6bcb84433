using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>A tensor that all examined models have in one shape, and what its survey found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Layer">
/// The layer it belongs to, as reports name it (<c>7</c>, or <c>encoder.block.7</c> where there are several stacks);
/// <see langword="null"/> outside the layers.
/// </param>
/// <param name="Kind">What it is within its layer: <c>q_proj</c>; vectors are all <c>vectors</c>.</param>
/// <param name="Survey">What was found; model 0 is the base, or the first model.</param>
public sealed record TensorMeasure(string Name, TensorShape Shape, string? Layer, string Kind, TaskVectorSurvey Survey)
{
    /// <summary>The kind of everything that is not a matrix: norms, biases.</summary>
    public const string VectorKind = "vectors";

    public bool IsMatrix => Shape.Rank >= 2;

    public ModelGeometry Geometry => new(Survey);

    /// <summary>The survey of several tensors together.</summary>
    public static TaskVectorSurvey Total(IEnumerable<TensorMeasure> tensors, int inputCount)
    {
        var total = new TaskVectorSurvey(inputCount);
        foreach (var tensor in tensors)
        {
            total.Add(tensor.Survey);
        }

        return total;
    }
}

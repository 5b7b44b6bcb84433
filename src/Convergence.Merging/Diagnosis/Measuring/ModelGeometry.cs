using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>
/// Angles and distances of models seen as vectors, from a survey. Model 0 is the one the survey
/// was taken from (the base, or the first model); angles between vectors of no length are NaN.
/// The inner products of weights follow from those of b and the d_i = w_i - b without cancellation.
/// </summary>
/// <param name="survey">Of one tensor, or added up over several.</param>
public readonly struct ModelGeometry(TaskVectorSurvey survey)
{
    private readonly TaskVectorSurvey _survey = survey;

    /// <summary>Models, the one the survey was taken from included.</summary>
    public int ModelCount => _survey.InputCount + 1;

    /// <summary>The length of a model's weights.</summary>
    public double Norm(int model) => Math.Sqrt(Math.Max(0, Weights(model, model)));

    /// <summary>The cosine between two models' weights.</summary>
    public double Cosine(int first, int second) => Cosine(Weights(first, second), Weights(first, first), Weights(second, second));

    /// <summary>The length of the difference of two models.</summary>
    public double Distance(int first, int second) => Math.Sqrt(Math.Max(0, FromOrigin(first, first, second)));

    /// <summary>The length of a model's task vector over that of model 0's weights.</summary>
    public double NormRatio(int model) => Distance(model, 0) / Norm(0);

    /// <summary>The cosine between the differences of two models from a third.</summary>
    public double CosineFrom(int origin, int first, int second) =>
        Cosine(FromOrigin(first, second, origin), FromOrigin(first, first, origin), FromOrigin(second, second, origin));

    private static double Cosine(double product, double firstSquare, double secondSquare) =>
        firstSquare > 0 && secondSquare > 0
            ? Math.Clamp(product / (Math.Sqrt(firstSquare) * Math.Sqrt(secondSquare)), -1, 1)
            : double.NaN;

    /// <summary>w_i . w_j</summary>
    public double Weights(int first, int second) =>
        _survey.Product(0, 0) + Shift(0, first) + Shift(0, second) + Differences(first, second);

    // (w_i - w_k) . (w_j - w_k)
    private double FromOrigin(int first, int second, int origin) =>
        Differences(first, second) - Differences(first, origin) - Differences(origin, second) + Differences(origin, origin);

    // d_i . d_j, with d_0 = 0.
    private double Differences(int first, int second) => first == 0 || second == 0 ? 0 : _survey.Product(first, second);

    // b . d_i
    private double Shift(int origin, int model) => model == 0 ? 0 : _survey.Product(origin, model);
}

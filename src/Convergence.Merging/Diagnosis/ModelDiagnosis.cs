using System.Collections.Immutable;

namespace Convergence.Merging.Diagnosis;

/// <summary>What an examination found: whether and how models can be merged. Immutable.</summary>
public sealed record ModelDiagnosis
{
    /// <summary>The models as they were given, the base first when there is one.</summary>
    public required ImmutableArray<ExaminedModel> Models { get; init; }

    /// <summary>
    /// The models that were measured, in the order of every measure's indices: model 0 is the base, or the first model where there is none.
    /// </summary>
    public required ImmutableArray<string> Measured { get; init; }

    /// <summary>The measured models' names as findings call them.</summary>
    public ImmutableArray<string> ShortNames => ModelNames.Shorten(Measured);

    /// <summary>Whether model 0 is the base of the others, so that differences from it are task vectors.</summary>
    public required bool HasBase { get; init; }

    /// <summary>By topic, in the order of <see cref="FindingTopic"/>.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>The tensors that all measured models have in one shape.</summary>
    public required ImmutableArray<TensorMeasure> Tensors { get; init; }

    /// <summary>Per model after the base, how its task vector's energy is spread; empty without a base.</summary>
    public required ImmutableArray<MagnitudeSpread> Spreads { get; init; }

    public required ImmutableArray<MethodForecast> Forecasts { get; init; }

    /// <summary>What to do, in a few sentences.</summary>
    public required ImmutableArray<string> Recommendation { get; init; }

    /// <summary>The gravest finding.</summary>
    public FindingLevel Level => Findings.Length == 0 ? FindingLevel.Ok : Findings.Max(finding => finding.Level);

    /// <summary>Whether nothing blocks a merge.</summary>
    public bool CanBeMerged => Level < FindingLevel.Blocks;

    /// <summary>The findings of a level.</summary>
    public int Count(FindingLevel level) => Findings.Count(finding => finding.Level == level);
}

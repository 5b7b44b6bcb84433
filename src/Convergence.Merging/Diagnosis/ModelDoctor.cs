using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>
/// Says before any work whether and how models can be merged. All weights are read once, and nothing is written.
/// What is wrong with a model is a finding, not an exception: one bad file does not hide what is wrong with the others.
/// </summary>
public static class ModelDoctor
{
    /// <summary>Examines one model or several.</summary>
    /// <param name="parents">Opens the models.</param>
    /// <param name="models">Their names, at least one; a name given twice counts once.</param>
    /// <param name="baseModel">The model that the others were fine-tuned from, or <see langword="null"/>; it may be among them.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="cancellation">Stops between two tensors.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModelDiagnosis Examine(
        ParentModels parents, IReadOnlyList<string> models, string? baseModel,
        ComputeDevice device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parents);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(device);
        IEnumerable<string> names = baseModel is null ? models : models.Prepend(baseModel);
        var findings = new List<Finding>();
        var examined = ImmutableArray.CreateBuilder<ExaminedModel>();
        var readable = ImmutableArray.CreateBuilder<ParentModel>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var opened = Open(parents, name, findings);
            examined.Add(opened is null ? new ExaminedModel(name, name == baseModel) : Describe(opened, name == baseModel));
            if (opened is not null)
            {
                readable.Add(opened);
            }
        }

        var hasBase = baseModel is not null && readable.Count > 1 && readable[0].Name == baseModel;
        var scan = new ModelScan(parents, readable.ToImmutable(), hasBase, device);
        var forecasts = ImmutableArray<MethodForecast>.Empty;
        if (readable.Count > 0)
        {
            var examination = new Examination(parents, readable.ToImmutable(), hasBase, scan);
            scan.Run(cancellation);
            Check(examination, device, findings);
            forecasts = MethodForecasts.Of(examination, findings);
        }

        return new ModelDiagnosis
        {
            Models = examined.ToImmutable(),
            Measured = [.. readable.Select(model => model.Name)],
            HasBase = hasBase,
            Findings = [.. findings],
            Tensors = [.. scan.Measures],
            Spreads = scan.Spreads,
            Forecasts = forecasts,
            Recommendation = Recommendations.Of(forecasts, findings, readable.Count),
        };
    }

    private static ParentModel? Open(ParentModels parents, string name, List<Finding> findings)
    {
        try
        {
            return parents.Get(name);
        }
        catch (Exception exception) when (exception is ConvergenceException or IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding(FindingTopic.Files, FindingLevel.Blocks, $"{name} cannot be opened. {exception.Message}"));
            return null;
        }
    }

    private static ExaminedModel Describe(ParentModel model, bool isBase)
    {
        var tensors = model.Weights.Names.Select(name => model.Find(name)!).ToList();
        return new ExaminedModel(model.Name, isBase)
        {
            IsReadable = true,
            ModelType = ArchitectureChecks.TypeOf(model),
            ParameterCount = tensors.Sum(tensor => tensor.ElementCount),
            ByteCount = tensors.Sum(tensor => tensor.ByteCount),
            LayerCount = model.Layers.Count,
            TokenCount = model.Vocabulary?.Count,
            Types = [.. StorageChecks.TypesOf(model)],
        };
    }

    private static void Check(Examination examination, ComputeDevice device, List<Finding> findings)
    {
        findings.AddRange(ArchitectureChecks.Of(examination));
        findings.AddRange(TensorChecks.Of(examination));
        findings.AddRange(HeadChecks.Of(examination, device));
        findings.AddRange(StorageChecks.Of(examination));
        findings.AddRange(VocabularyChecks.Of(examination));
        findings.AddRange(TokenizerChecks.Of(examination));
        findings.AddRange(WeightChecks.Of(examination));
        findings.AddRange(AncestryChecks.Of(examination));
        findings.AddRange(TaskVectorChecks.Of(examination));
        if (PlannerChecks.Of(examination, findings) is { } refusal)
        {
            findings.Add(refusal);
        }
    }
}

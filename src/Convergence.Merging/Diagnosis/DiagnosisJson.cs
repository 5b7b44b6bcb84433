using System.Text.Json.Nodes;
using Convergence.Foundation.Text;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>A diagnosis as JSON, for other programs; docs/formats/diagnosis.md describes it. Numbers that do not exist are null.</summary>
public static class DiagnosisJson
{
    /// <summary>The version of the format.</summary>
    public const int SchemaVersion = 1;

    // Of these densities the kept energy is told.
    private static readonly double[] Densities = [0.1, 0.2, 0.5, 0.8];

    public static JsonObject Of(ModelDiagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return new JsonObject
        {
            ["schema_version"] = SchemaVersion,
            ["verdict"] = NameOf(diagnosis.Level),
            ["can_be_merged"] = diagnosis.CanBeMerged,
            ["models"] = Array(diagnosis.Models.Select(Model)),
            ["measured"] = Array(diagnosis.Measured.Select(name => (JsonNode)name)),
            ["base"] = diagnosis.HasBase ? diagnosis.Measured[0] : null,
            ["findings"] = Array(diagnosis.Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["topic"] = finding.Topic,
                ["level"] = NameOf(finding.Level),
                ["text"] = finding.Text,
                ["cure"] = finding.Cure,
            })),
            ["methods"] = Array(diagnosis.Forecasts.Select(forecast => (JsonNode)new JsonObject
            {
                ["method"] = forecast.Method,
                ["outlook"] = NameOf(forecast.Outlook),
                ["reason"] = forecast.Reason,
            })),
            ["recommendation"] = Array(diagnosis.Recommendation.Select(sentence => (JsonNode)sentence)),
            ["total"] = diagnosis.Tensors.IsEmpty
                ? null
                : Measure(TensorMeasure.Total(diagnosis.Tensors, diagnosis.Measured.Length - 1), diagnosis.HasBase),
            ["trimming"] = Array(diagnosis.Spreads.Select((spread, index) => Trimming(diagnosis.Measured[index + 1], spread))),
            ["layers"] = Array(
                DiagnosisGroups.ByLayer(diagnosis).Select(group => Named("layer", group.Layer, Measure(group.Survey, diagnosis.HasBase)))),
            ["tensors"] = Array(diagnosis.Tensors.Select(tensor => Tensor(tensor, diagnosis.HasBase))),
        };
    }

    public static string NameOf(FindingLevel level) => level.ToString().ToLowerInvariant();

    public static string NameOf(MethodOutlook outlook) => outlook.ToString().ToLowerInvariant();

    private static JsonObject Model(ExaminedModel model) => new JsonObject
    {
        ["name"] = model.Name,
        ["is_base"] = model.IsBase,
        ["is_readable"] = model.IsReadable,
        ["model_type"] = model.ModelType,
        ["parameters"] = model.ParameterCount,
        ["bytes"] = model.ByteCount,
        ["layers"] = model.LayerCount,
        ["tokens"] = model.TokenCount,
        ["dtypes"] = Array(model.Types.Select(type => (JsonNode)type.SafetensorsName())),
    };

    private static JsonObject Trimming(string model, MagnitudeSpread spread) => new JsonObject
    {
        ["model"] = model,
        ["kept_energy"] = new JsonObject(Densities.Select(density =>
            KeyValuePair.Create(density.ToString(System.Globalization.CultureInfo.InvariantCulture), Number(spread.KeptEnergy(density))))),
    };

    private static JsonObject Tensor(TensorMeasure tensor, bool hasBase)
    {
        var measure = Named("name", tensor.Name, Measure(tensor.Survey, hasBase));
        measure["shape"] = Array(tensor.Shape.Extents.Select(extent => (JsonNode)extent));
        measure["layer"] = tensor.Layer;
        measure["kind"] = tensor.Kind;
        return measure;
    }

    private static JsonObject Named(string key, string name, JsonObject measure)
    {
        measure.Insert(0, key, name);
        return measure;
    }

    private static JsonObject Measure(TaskVectorSurvey survey, bool hasBase)
    {
        var geometry = new ModelGeometry(survey);
        var models = Enumerable.Range(0, geometry.ModelCount).ToArray();
        var json = new JsonObject
        {
            ["elements"] = survey.ElementCount,
            ["norms"] = Array(models.Select(model => Number(geometry.Norm(model)))),
            ["cosines"] = Array(models.Select(first => (JsonNode)Array(models.Select(second => Number(geometry.Cosine(first, second)))))),
            ["equal_share"] = Array(survey.Unchanged.Select(count => Share(count, survey))),
        };
        if (hasBase)
        {
            var inputs = models.Skip(1).ToArray();
            json["norm_ratios"] = Array(inputs.Select(model => Number(geometry.NormRatio(model))));
            json["task_cosines"] = Array(
                inputs.Select(first => (JsonNode)Array(inputs.Select(second => Number(geometry.CosineFrom(0, first, second))))));
            json["sign_conflict_share"] = Share(survey.Conflicts, survey);
            json["pair_conflict_shares"] = Array(inputs.Select(
                first => (JsonNode)Array(inputs.Select(second => Share(survey.PairConflicts(first - 1, second - 1), survey)))));
            json["mean_magnitudes"] = Array(survey.MagnitudeSums.Select(sum => Number(sum / Math.Max(1, survey.ElementCount))));
            json["largest_magnitudes"] = Array(survey.LargestMagnitudes.Select(Number));
            json["large_share"] = Array(survey.Large.Select(count => Share(count, survey)));
        }

        return json;
    }

    private static JsonNode? Share(long count, TaskVectorSurvey survey) =>
        Number(survey.ElementCount == 0 ? double.NaN : (double)count / survey.ElementCount);

    private static JsonNode? Number(double value) => JsonNumber.Finite(value);

    private static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];
}

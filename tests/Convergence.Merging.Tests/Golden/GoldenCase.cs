using System.Text.Json;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Golden;

/// <summary>A case of <c>../shared/golden/cases.json</c>: another implementation's inputs and outputs for one method.</summary>
internal sealed class GoldenCase
{
    private readonly JsonElement _case;

    private GoldenCase(JsonElement json) => _case = json;

    public string Id => _case.GetProperty("id").GetString()!;

    public MergeMethod? Method => MergeMethodNames.Parse(_case.GetProperty("method").GetString()!);

    public IReadOnlyList<string> Unstable =>
        _case.TryGetProperty("unstable", out var names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];

    public override string ToString() => Id;

    /// <summary>All cases of methods that are supported, or none where the files are missing.</summary>
    public static IEnumerable<GoldenCase> All()
    {
        if (!SharedData.TryFind(out var path, out _, "golden", "cases.json"))
        {
            return [];
        }

        var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty("cases").EnumerateArray().Select(json => new GoldenCase(json))
            .Where(one => one.Method is not null);
    }

    public static string Folder()
    {
        if (!SharedData.TryFind(out var path, out var reason, "golden"))
        {
            Assert.Ignore(reason);
        }

        return path!;
    }

    public MergeRecipe Recipe()
    {
        var recipe = new MergeRecipe
        {
            Method = Method!.Value,
            BaseModel = _case.GetProperty("base").GetString(),
            Models = [.. _case.GetProperty("models")
                .EnumerateArray()
                .Select(model => new RecipeInput(model.GetString()!, ModelParameters(model.GetString()!)))],
            Parameters = Parameters(_case.GetProperty("params")),
            Dialect = RecipeDialect.MergeKit,
        };
        return recipe;
    }

    /// <summary>The models of a variant; those of <c>f64</c> are its float32 weights, widened.</summary>
    public ParentModels Parents(string variant)
    {
        var parents = new ParentModels(".");
        foreach (var path in Directory.GetFiles(Path.Combine(Folder(), InputFolder(variant)), "*.safetensors"))
        {
            ITensorSource weights = SafetensorsFile.Open(path);
            parents.Add(Path.GetFileNameWithoutExtension(path), [], variant == "f64" ? Widened(weights) : weights);
        }

        return parents;
    }

    public string OutputFile(string variant) => _case.GetProperty("variants").GetProperty(variant).GetProperty("output").GetString()!;

    public string InputFolder(string variant) => _case.GetProperty("variants").GetProperty(variant).GetProperty("inputs").GetString()!;

    /// <summary>The other implementation's largest error, or <see langword="null"/> where it was not recorded.</summary>
    public double? PeerError(string tensor) =>
        _case.TryGetProperty("peer_f32_maxabs_err_vs_f64", out var errors) && errors.TryGetProperty(tensor, out var error)
            && error.ValueKind == JsonValueKind.Number
            ? error.GetDouble()
            : null;

    private static TensorSet Widened(ITensorSource weights)
    {
        using var device = new CpuDevice(1);
        var widened = new TensorSet();
        foreach (var name in weights.Names)
        {
            Assert.That(weights.TryGet(name, out var tensor), name);
            widened.Add(name, HostTensor.Allocate(DType.F64, tensor!.Shape));
            Assert.That(widened.TryGet(name, out var wide), name);
            device.Merging.Copy(tensor, wide!);
        }

        return widened;
    }

    private RecipeParameters ModelParameters(string model) =>
        _case.GetProperty("model_params").TryGetProperty(model, out var parameters) ? Parameters(parameters) : RecipeParameters.Empty;

    private static RecipeParameters Parameters(JsonElement json)
    {
        var parameters = RecipeParameters.Empty;
        foreach (var property in json.EnumerateObject())
        {
            parameters = parameters.With(property.Name, property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? property.Value.GetBoolean()
                : property.Value.GetDouble());
        }

        return parameters;
    }
}

using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>Models with tokenizers on disk, and their linear merge as it is written.</summary>
internal sealed class ShapedModels : IDisposable
{
    public const string Output = "merged";

    private const int Width = 8;
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private readonly TemporaryDirectory _folder = new();
    private readonly Dictionary<string, (Dictionary<string, int> Ids, int Rows)> _models = new(StringComparer.Ordinal);
    private readonly ParentModels _parents;
    private readonly TensorSet _output = new();

    public ShapedModels() => _parents = new ParentModels(_folder.Path);

    /// <summary>Writes a model.</summary>
    /// <param name="name">Its directory.</param>
    /// <param name="tokenizer">Its <c>tokenizer.json</c>.</param>
    /// <param name="rows">Rows of its embedding and head.</param>
    /// <param name="specials">The ids that its configurations name, by key.</param>
    public void Write(string name, JsonObject tokenizer, int rows, JsonObject specials)
    {
        var directory = _folder.Combine(name);
        var options = new TinyModelOptions
        {
            VocabularySize = rows,
            TiedHead = false,
            LayerCount = 1,
            HiddenSize = Width,
            HeadCount = 2,
            IntermediateSize = 8,
        };
        TinyModels.Write(directory, options, (ulong)_models.Count + 1);
        var config = Json(name, "config.json");
        foreach (var (key, id) in specials)
        {
            config[key] = id?.DeepClone();
        }

        var decoder = ((JsonArray)tokenizer["added_tokens"]!)
            .Select(entry => KeyValuePair.Create(entry!["id"]!.ToString(), (JsonNode?)Described(entry)));
        Save(name, "config.json", config);
        Save(name, "generation_config.json", specials);
        Save(name, "tokenizer.json", tokenizer);
        Save(name, "tokenizer_config.json", new JsonObject { ["added_tokens_decoder"] = new JsonObject(decoder) });
        _models.Add(name, (Ids(tokenizer), rows));
    }

    /// <summary>Merges and writes <see cref="Output"/>.</summary>
    public MergePlan Merge(string yaml)
    {
        var plan = MergePlanner.Plan(RecipeReader.Parse($"merge_method: linear\nbase_model: base\n{yaml}\n", "x.yml"), _parents);
        using var device = new CpuDevice(2);
        new MergeExecutor(device).Execute(plan, _output);
        MergedModelWriter.Write(Path(Output), plan, _output);
        return plan;
    }

    public string Path(string model, params string[] file) => System.IO.Path.Combine([_folder.Path, model, .. file]);

    public JsonObject Json(string model, string file) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path(model, file)))!;

    public void Save(string model, string file, JsonNode json) => File.WriteAllText(Path(model, file), json.ToJsonString());

    /// <summary>All tokens of a tokenizer with their ids.</summary>
    public static Dictionary<string, int> Ids(JsonObject tokenizer)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (piece, id) in (JsonObject)tokenizer["model"]!["vocab"]!)
        {
            ids.Add(piece, (int)id!);
        }

        foreach (var entry in (JsonArray)tokenizer["added_tokens"]!)
        {
            ids[(string)entry!["content"]!] = (int)entry["id"]!;
        }

        return ids;
    }

    /// <summary>An added token without its id, as <c>tokenizer_config.json</c> has it.</summary>
    public static JsonNode Described(JsonNode entry)
    {
        var described = (JsonObject)entry.DeepClone();
        described.Remove("id");
        return described;
    }

    /// <summary>
    /// Every row of the output's embedding and head is the weighted sum of the models' rows for its token:
    /// their own, else the base's, else the mean of those that have it; zero where nobody does.
    /// Rows without a token are the means of what the model has of the output's tokens.
    /// </summary>
    /// <param name="weights">The models of the merge with their shares, the base among them.</param>
    /// <param name="forced">Tokens whose row is one model's for all.</param>
    public void AssertRows(IReadOnlyDictionary<string, double> weights, params (string Token, string Model)[] forced)
    {
        var tokens = Ids(Json(Output, "tokenizer.json")).ToDictionary(pair => pair.Value, pair => pair.Key);
        foreach (var tensor in new[] { Embedding, Head })
        {
            var rows = weights.Keys.ToDictionary(model => model, model => Rows(tensor, model));
            var actual = MemoryModels.Values(_output, tensor).Chunk(Width).ToList();
            Assert.That(actual, Has.Count.EqualTo((int)Json(Output, "config.json")["vocab_size"]!), tensor);
            for (var row = 0; row < actual.Count; row++)
            {
                var token = tokens.GetValueOrDefault(row);
                var expected = Sum(weights.Select(pair => (pair.Value, token is null ? Padding(pair.Key) : RowOf(pair.Key, token))));
                Assert.That(actual[row], Is.EqualTo(expected).Within(1e-6), $"{tensor}, row {row}, {token ?? "no token"}");
            }

            double[] RowOf(string model, string token)
            {
                var donor = forced.FirstOrDefault(rule => rule.Token == token).Model;
                string[] holders = [.. weights.Keys.Where(name => Row(name, token) is not null)];
                string? first = donor ?? new[] { model, "base" }.FirstOrDefault(holders.Contains);
                string[] from = first is null ? holders : [first];
                return Sum(from.Select(name => (1.0 / from.Length, rows[name][Row(name, token)!.Value])));
            }

            double[] Padding(string model)
            {
                var own = tokens.Values.Select(token => Row(model, token)).OfType<int>().ToList();
                return Sum(own.Select(row => (1.0 / own.Count, rows[model][row])));
            }
        }
    }

    public void Dispose()
    {
        _output.Dispose();
        _parents.Dispose();
        _folder.Dispose();
    }

    private int? Row(string model, string token) =>
        _models[model].Ids.TryGetValue(token, out var id) && id < _models[model].Rows ? id : null;

    private double[][] Rows(string tensor, string model) =>
        [.. MemoryModels.Values(_parents.Get(model).Weights, tensor).Select(value => (double)value).Chunk(Width)];

    private static double[] Sum(IEnumerable<(double Weight, double[] Row)> parts)
    {
        var sum = new double[Width];
        foreach (var (weight, row) in parts)
        {
            for (var column = 0; column < Width; column++)
            {
                sum[column] += weight * row[column];
            }
        }

        return sum;
    }
}

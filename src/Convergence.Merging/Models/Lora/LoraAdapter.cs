using System.Globalization;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>
/// A LoRA adapter as the PEFT library lays it out (<c>adapter_config.json</c> and <c>adapter_model.safetensors</c>),
/// matched with the tensors of the model it is added to. Its file is memory-mapped until this is disposed.
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    public const string WeightsFileName = "adapter_model.safetensors";

    private readonly SafetensorsFile _file;

    private LoraAdapter(string path, SafetensorsFile file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The full path of its directory.</summary>
    public string Path { get; }

    /// <summary>What is added to the model's tensors, by their names.</summary>
    public Dictionary<string, LowRankUpdate> Updates { get; } = new(StringComparer.Ordinal);

    /// <summary>What takes the place of the model's tensors, by their names; a head that the model tied may be among them.</summary>
    public Dictionary<string, HostTensor> Replacements { get; } = new(StringComparer.Ordinal);

    /// <summary>All tensors of the file, by their names in it.</summary>
    public ITensorSource Weights => _file;

    /// <exception cref="ConvergenceException">
    /// Files are missing or damaged, it is no plain LoRA, or a tensor of it matches none of the model's.
    /// </exception>
    public static LoraAdapter Open(string directory, string modelName, ITensorSource model)
    {
        var path = System.IO.Path.GetFullPath(directory);
        var configPath = System.IO.Path.Combine(path, LoraConfig.FileName);
        if (!File.Exists(configPath))
        {
            throw new MergeException($"{path}: holds no {LoraConfig.FileName}, so it is not a LoRA adapter. "
                + "The directory of one follows the \"+\"; whole models are entries of their own.");
        }

        var config = LoraConfig.ReadFile(configPath);
        var weights = System.IO.Path.Combine(path, WeightsFileName);
        if (!File.Exists(weights))
        {
            throw new MergeException($"{path}: holds no {WeightsFileName}. "
                + "Pickled adapters (.bin) can run code when they are loaded; save the adapter as safetensors.");
        }

        var adapter = new LoraAdapter(path, SafetensorsFile.Open(weights));
        try
        {
            adapter.MatchAll(config, new AdaptedModel(modelName, model));
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private void MatchAll(LoraConfig config, AdaptedModel model)
    {
        var factors = new SortedDictionary<(string Module, bool IsEmbedding), (string? Down, string? Up)>();
        foreach (var name in _file.Names)
        {
            var (module, part) = LoraNames.Parse(name);
            switch (part)
            {
                case LoraPart.Whole:
                    AddReplacement(name, module, model);
                    break;
                case LoraPart.Original:
                    break;
                case LoraPart.Unknown:
                    throw new MergeException($"{_file.Path}: tensor {name} is of no kind that plain LoRA has. "
                        + "Merge this adapter with the tool that made it, and name the result.");
                default:
                    var key = (module, part is LoraPart.EmbeddingDown or LoraPart.EmbeddingUp);
                    var pair = factors.GetValueOrDefault(key);
                    factors[key] = part is LoraPart.Down or LoraPart.EmbeddingDown ? pair with { Down = name } : pair with { Up = name };
                    break;
            }
        }

        foreach (var ((module, isEmbedding), (down, up)) in factors)
        {
            AddUpdate(config, module, isEmbedding, down, up, model);
        }

        if (Updates.Count + Replacements.Count == 0)
        {
            throw new MergeException($"{_file.Path}: holds no tensors. Export the adapter again.");
        }
    }

    private void AddReplacement(string name, string target, AdaptedModel model)
    {
        // A head that was trained beside a tied embedding is the model's own from then on.
        var match = model.Match(target)
            ?? (TiedHead.IsHead(target) ? target : null)
            ?? throw NoMatch(name, target, model);
        var replacement = Tensor(name);
        if (model.TryGet(match, out var replaced) && replaced.Shape != replacement.Shape)
        {
            throw new MergeException(
                $"{_file.Path}: tensor {name} is {replacement.Shape}, but {match} of {model.Name} is {replaced.Shape}. "
                + (TiedHead.IsPerToken(match) ? "The adapter was trained with a vocabulary of its own: "
                    + "merge it into its model with the tool that made it, and name the result."
                    : "The adapter was trained on another model: name that one."));
        }

        if (!Replacements.TryAdd(match, replacement))
        {
            throw new MergeException($"{_file.Path}: {name} and another tensor both take the place of {match}. Export the adapter again.");
        }
    }

    private void AddUpdate(LoraConfig config, string module, bool isEmbedding, string? down, string? up, AdaptedModel model)
    {
        if (down is null || up is null)
        {
            throw new MergeException(
                $"{_file.Path}: holds {down ?? up} but not its other factor. The file is incomplete: download it again.");
        }

        var target = model.Match(module + ".weight") ?? throw NoMatch(down, module + ".weight", model);
        var update = new LowRankUpdate(Tensor(down), Tensor(up), config.ScaleOf(module), IsTransposed: isEmbedding || config.FanInFanOut);
        model.TryGet(target, out var weight);
        if (!update.Fits(weight!.Shape) || !weight.DType.IsComputable())
        {
            throw new MergeException(
                $"{_file.Path}: {down} {update.Down.Shape} and {up} {update.Up.Shape} do not multiply "
                + $"to {target} {weight.Shape} {weight.DType.SafetensorsName()} of {model.Name}. "
                + "The adapter was trained on another model: name that one.");
        }

        if (update.Down.Shape[0] != config.RankOf(module))
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_file.Path}: {down} has rank {update.Down.Shape[0]} where {LoraConfig.FileName} says {config.RankOf(module)}, "
                + $"so its scale is not known. Export the adapter again."));
        }

        if (!Updates.TryAdd(target, update))
        {
            throw new MergeException($"{_file.Path}: {module} and another module both change {target}. Export the adapter again.");
        }
    }

    private HostTensor Tensor(string name)
    {
        _file.TryGet(name, out var found);
        var tensor = (HostTensor)found!;
        return tensor.DType.IsComputable()
            ? tensor
            : throw new MergeException(
                $"{_file.Path}: tensor {name} is {tensor.DType.SafetensorsName()}; an adapter's are floats. Export it unquantised.");
    }

    private MergeException NoMatch(string tensor, string target, AdaptedModel model) => new(
        $"{_file.Path}: tensor {tensor} matches nothing: {model.Name} has no {target}. "
        + "The adapter was trained on another model: name that one before the \"+\".");
}

using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>
/// The models that recipes name, opened when first named and shared by all merges until disposed. Weights are memory-mapped:
/// a parent costs address space, not memory. Used by one caller at a time.
/// </summary>
/// <param name="rootDirectory">What relative model names in recipes refer to.</param>
public sealed class ParentModels(string rootDirectory) : IDisposable
{
    // Between a model and the LoRA adapter that is added to it.
    private const char AdapterMark = '+';

    private readonly Dictionary<string, ParentModel> _models = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];

    public string RootDirectory { get; } = rootDirectory;

    /// <summary>Adds a model that is already in memory, under a name that recipes can use. It stays the caller's.</summary>
    public ParentModel Add(string name, JsonObject config, ITensorSource weights)
    {
        var model = new ParentModel(name, directory: null, config, weights);
        if (!_models.TryAdd(name, model))
        {
            throw new ArgumentException($"There is a model named {name} already.", nameof(name));
        }

        return model;
    }

    /// <summary>Opens a directory under a name that recipes can use in place of its path.</summary>
    /// <exception cref="ConvergenceException">The directory is not a model, or its files are damaged.</exception>
    public ParentModel Add(string name, string directory)
    {
        var opened = ModelDirectory.Open(directory);
        _owned.Add(opened);
        var model = new ParentModel(name, opened, opened.Config, opened.Weights);
        return _models.TryAdd(name, model) ? model : throw new ArgumentException($"There is a model named {name} already.", nameof(name));
    }

    /// <summary>
    /// The model of that name, opened if it is not yet. <c>model+lora</c> is a model with a LoRA adapter,
    /// whose sums are computed when tensors are loaded; no copy of the model is made.
    /// </summary>
    /// <exception cref="MergeException">There is no such directory.</exception>
    /// <exception cref="ConvergenceException">The directory is not a model, or its files are damaged.</exception>
    public ParentModel Get(string name)
    {
        if (_models.TryGetValue(name, out var known))
        {
            return known;
        }

        var opened = Open(name);
        _models.Add(name, opened);
        return opened;
    }

    /// <summary>The directories that a name can mean: a model's, or a model's and its adapter's. None is opened.</summary>
    internal IReadOnlyList<string> PlacesOf(string name)
    {
        var path = FullPath(name);
        return SplitAdapter(name) is (var model, var adapter) && !Directory.Exists(path) ? [FullPath(model), FullPath(adapter)] : [path];
    }

    /// <summary>
    /// Refuses models with NaN or infinite weights, naming tensor and count. Every model is read once, in parallel; the answer is
    /// remembered. A merge does this by itself.
    /// </summary>
    public void EnsureFinite(ComputeDevice device, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Get(name).EnsureFinite(device);
        }
    }

    /// <summary>
    /// Makes a tensor that a merge reads ready for a device: the parent's own where that will do. Dispose the result after use.
    /// </summary>
    internal LoadedTensor Load(TensorInput input, ComputeDevice device)
    {
        var own = Get(input.Model).Load(input.Tensor, device);
        if (input.Rows is not { } rows)
        {
            return own;
        }

        var donors = new List<LoadedTensor>();
        try
        {
            donors.AddRange(rows.Donors.Select(donor => Load(donor, device)));
            return new LoadedTensor(RowArranger.Arrange(own.Tensor, rows, donors.ConvertAll(donor => donor.Tensor), device), IsOwned: true);
        }
        finally
        {
            own.Dispose();
            donors.ForEach(donor => donor.Dispose());
        }
    }

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
        _models.Clear();
    }

    private ParentModel Open(string name)
    {
        if (SplitAdapter(name) is (var model, var adapter) && !Directory.Exists(FullPath(name)))
        {
            return OpenWithAdapter(name, model, adapter);
        }

        var directory = OpenDirectory(name);
        return new ParentModel(name, directory, directory.Config, directory.Weights);
    }

    private static (string Model, string Adapter)? SplitAdapter(string name)
    {
        var plus = name.LastIndexOf(AdapterMark);
        return plus > 0 && plus < name.Length - 1 ? (name[..plus], name[(plus + 1)..]) : null;
    }

    private ParentModel OpenWithAdapter(string name, string model, string adapter)
    {
        var directory = OpenDirectory(model);
        var adapterPath = FullPath(adapter);
        if (!Directory.Exists(adapterPath))
        {
            throw new MergeException(
                Unusable(name, adapterPath)
                ?? $"{MissingModel.Describe(name, adapter, RootDirectory)} What follows the \"{AdapterMark}\" "
                    + "is the directory of a LoRA adapter.");
        }

        AdapterTokenizer.RefuseOther(adapterPath, directory, model);
        var lora = LoraAdapter.Open(adapterPath, model, directory.Weights);
        var weights = new AdaptedWeights(directory.Weights, lora);
        _owned.Add(weights);
        var config = directory.Config;
        if (lora.Replacements.Keys.Any(tensor => TiedHead.IsHead(tensor) && !directory.Weights.TryGet(tensor, out _)))
        {
            config = (JsonObject)config.DeepClone();
            TiedHead.Say(config, ties: false);
        }

        return new ParentModel(name, directory, config, weights, lora);
    }

    private ModelDirectory OpenDirectory(string name)
    {
        var path = FullPath(name);
        if (!Directory.Exists(path))
        {
            throw new MergeException(Unusable(name, path) ?? MissingModel.Describe(name, name, RootDirectory));
        }

        if (File.Exists(Path.Combine(path, LoraConfig.FileName)) && !File.Exists(Path.Combine(path, ModelDirectory.ConfigFileName)))
        {
            throw new MergeException($"Model {name}: {path} holds a LoRA adapter, which is no model by itself. "
                + $"Name the model that it was trained on with it: MODEL{AdapterMark}{name}.");
        }

        var directory = ModelDirectory.Open(path);
        _owned.Add(directory);
        return directory;
    }

    private static string? Unusable(string name, string path) =>
        PathProblem.OfDirectory(path) is { } problem ? $"Model {name}: {problem}" : null;

    private string FullPath(string name) => Path.GetFullPath(Path.Combine(RootDirectory, name));
}

using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.Service.Serving;

/// <summary>The models that are served, by name, in the order in which they were named.</summary>
public sealed class ModelCatalog : IDisposable
{
    private readonly Dictionary<string, ServedModel> _byName = new(StringComparer.Ordinal);
    private readonly List<ServedModel> _models = [];

    private ModelCatalog()
    {
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<ServedModel> Models => _models;

    /// <summary>Loads models.</summary>
    /// <param name="device">Where they compute, all of them; it must outlive the catalog.</param>
    /// <param name="references">Which, at least one.</param>
    /// <param name="maxContext">The longest sequence that is taken, or <see langword="null"/> for each model's own limit.</param>
    /// <param name="time">The clock, for chat templates that write the date.</param>
    /// <exception cref="ConvergenceException">A model cannot be loaded, or two have one name.</exception>
    public static ModelCatalog Load(
        ComputeDevice device, IReadOnlyList<ModelReference> references, int? maxContext, TimeProvider time)
    {
        var twice = references.GroupBy(reference => reference.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new ConvergenceException(
                $"two models are called '{twice.Key}': {string.Join(" and ", twice.Select(reference => reference.Path))}. "
                + $"Give one another name, for example other={twice.Last().Path}.");
        }

        var catalog = new ModelCatalog();
        try
        {
            foreach (var reference in references)
            {
                var model = ServedModel.Load(device, reference, maxContext, time);
                catalog._models.Add(model);
                catalog._byName.Add(model.Name, model);
            }
        }
        catch
        {
            catalog.Dispose();
            throw;
        }

        return catalog;
    }

    /// <summary>The model of a name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out ServedModel? model) => _byName.TryGetValue(name, out model);

    public void Dispose()
    {
        foreach (var model in _models)
        {
            model.Dispose();
        }
    }
}

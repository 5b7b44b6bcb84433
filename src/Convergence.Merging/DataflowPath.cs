namespace Convergence.Merging;

/// <summary>
/// Makes <c>dataflow</c> recipes from the numbers that a search evolves (arXiv 2403.13187, section 3.2): the layers of all models,
/// M in number, are laid out one after another, r times over; an indicator per slot says whether the path takes that layer.
/// </summary>
public static class DataflowPath
{
    /// <summary>The recipe of a path.</summary>
    /// <param name="models">The models in the order in which their layers are laid out, each with its number of layers.</param>
    /// <param name="indicators">I: the path takes slot i when I_i is above 0. Its length is a multiple of M; the multiple is r.</param>
    /// <param name="scales">
    /// W, M by M: what flows from layer i to layer j is multiplied by W[i, j] > 0.
    /// The first layer of the path is not scaled. <see langword="null"/> scales nothing.
    /// </param>
    /// <param name="outerModel">Lends embeddings, final norm and head; by default the first of <paramref name="models"/>.</param>
    /// <exception cref="RecipeException">No indicator is above 0, or a scale that is used is not.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public static MergeRecipe Recipe(
        IReadOnlyList<(string Model, int LayerCount)> models,
        ReadOnlySpan<double> indicators,
        double[,]? scales = null,
        string? outerModel = null)
    {
        var layers = models.SelectMany(model => Enumerable.Range(0, model.LayerCount).Select(layer => (model.Model, Layer: layer)))
            .ToArray();
        if (layers.Length == 0 || indicators.Length % layers.Length != 0)
        {
            throw new ArgumentException(
                $"{indicators.Length} indicators are no multiple of the models' {layers.Length} layers.", nameof(indicators));
        }

        if (scales is not null && (scales.GetLength(0) != layers.Length || scales.GetLength(1) != layers.Length))
        {
            throw new ArgumentException(
                $"The scales must be {layers.Length} by {layers.Length}, one for each pair of layers.", nameof(scales));
        }

        var slices = new List<RecipeSlice>();
        int? previous = null;
        for (var slot = 0; slot < indicators.Length; slot++)
        {
            if (indicators[slot] > 0)
            {
                var place = slot % layers.Length;
                var scale = previous is { } from && scales is not null ? scales[from, place] : 1;
                Append(slices, layers[place].Model, layers[place].Layer, scale);
                previous = place;
            }
        }

        return slices.Count > 0
            ? new MergeRecipe { Method = MergeMethod.Dataflow, BaseModel = outerModel ?? models[0].Model, Slices = [.. slices] }
            : throw new RecipeException("dataflow: no indicator is above 0, so the path has no layer. Make at least one positive.");
    }

    // Layers that follow each other in their model and are scaled alike share a slice.
    private static void Append(List<RecipeSlice> slices, string model, int layer, double scale)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
        {
            throw new RecipeException(FormattableString.Invariant(
                $"dataflow: the scale {scale} into layer {layer} of {model} is not above 0. ")
                + "A norm keeps the sign of what it reads, so only positive scales fold into weights.");
        }

        var parameters = scale == 1 ? RecipeParameters.Empty : RecipeParameters.Of(("scale", scale));
        if (slices.Count > 0
            && slices[^1].Sources[0] is var last
            && last.Model == model
            && last.EndLayer == layer
            && last.Parameters.Equals(parameters))
        {
            slices[^1] = slices[^1] with { Sources = [last with { EndLayer = layer + 1 }] };
        }
        else
        {
            slices.Add(new RecipeSlice([new RecipeSource(model, layer, layer + 1, parameters)], RecipeParameters.Empty));
        }
    }
}

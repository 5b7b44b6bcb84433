namespace Convergence.LanguageModels.Architectures;

/// <summary>Keeps as many layers as a model has, so that a candidate of another depth reuses those that both have.</summary>
internal static class LayerList
{
    public static void Resize<TLayer>(List<TLayer> layers, int count) where TLayer : IDisposable, new()
    {
        while (layers.Count > count)
        {
            layers[^1].Dispose();
            layers.RemoveAt(layers.Count - 1);
        }

        while (layers.Count < count)
        {
            layers.Add(new TLayer());
        }
    }
}

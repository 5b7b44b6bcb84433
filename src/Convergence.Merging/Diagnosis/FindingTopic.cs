namespace Convergence.Merging.Diagnosis;

/// <summary>The topics of findings, in the order of a report. Part of the JSON format.</summary>
public static class FindingTopic
{
    public const string Files = "files";
    public const string Architecture = "architecture";
    public const string Configuration = "configuration";
    public const string Tensors = "tensors";
    public const string Head = "output head";
    public const string Storage = "storage";
    public const string Vocabulary = "vocabulary";
    public const string Tokenizer = "tokenizer";
    public const string Weights = "weights";
    public const string Ancestry = "ancestry";
    public const string TaskVectors = "task vectors";
    public const string Planner = "merge plan";
}

/** The same training step in PyTorch, as the other contestant of the engine's bench. */
import { spawnSync } from "node:child_process";

/** Debian's own Python has Debian's torch; another one on the path may have one of its own. */
const CANDIDATES = ["/usr/bin/python3", "python3"];

/** A Python with torch, or null. */
export function pythonWithTorch(): string | null {
  return CANDIDATES.find(hasTorch) ?? null;
}

const hasTorch = (python: string): boolean =>
  spawnSync(python, ["-c", "import torch"], { stdio: "ignore" }).status === 0;

/**
 * Arguments: model, batch, size, threads. Prints `ready` after its first steps; then, for each line that it reads, one
 * step's milliseconds and the process's peak memory in MiB.
 */
export const TORCH_STEP = `
import resource, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F

name, batch, size, threads = sys.argv[1], *map(int, sys.argv[2:5])
torch.set_num_threads(threads)
torch.manual_seed(1)


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.hidden = nn.Linear(64 * (size // 4) ** 2, 128)
        self.classifier = nn.Linear(128, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.classifier(F.relu(self.hidden(x.flatten(1))))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(True), nn.MaxPool2d(3, 2, 1)]
        inputs = 64
        for stage, outputs in enumerate([64, 128, 256, 512]):
            layers += [BasicBlock(inputs, outputs, 1 if stage == 0 else 2), BasicBlock(outputs, outputs, 1)]
            inputs = outputs
        self.body = nn.Sequential(*layers)
        self.fc = nn.Linear(512, 3)

    def forward(self, x):
        return self.fc(self.body(x).mean((2, 3)))


class PoolBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(1, channels), nn.GroupNorm(1, channels)
        self.pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
        self.fc1, self.fc2 = nn.Conv2d(channels, 4 * channels, 1), nn.Conv2d(4 * channels, channels, 1)
        self.scale1 = nn.Parameter(torch.full((channels, 1, 1), 1e-5))
        self.scale2 = nn.Parameter(torch.full((channels, 1, 1), 1e-5))

    def forward(self, x):
        normed = self.norm1(x)
        x = x + self.scale1 * (self.pool(normed) - normed)
        return x + self.scale2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class PoolFormerS12(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for stage, (channels, depth) in enumerate(zip([64, 128, 320, 512], [2, 2, 6, 2])):
            embedding = (7, 4, 2) if stage == 0 else (3, 2, 1)
            layers += [nn.Conv2d(inputs, channels, *embedding), *(PoolBlock(channels) for _ in range(depth))]
            inputs = channels
        self.body = nn.Sequential(*layers, nn.GroupNorm(1, 512))
        self.fc = nn.Linear(512, 3)

    def forward(self, x):
        return self.fc(self.body(x).mean((2, 3)))


net = {"cnn": Cnn, "resnet18": ResNet18, "poolformer-s12": PoolFormerS12}[name]()
optimizer = torch.optim.AdamW(net.parameters(), lr=2e-4, weight_decay=5e-4)
x, labels = torch.randn(batch, 3, size, size), torch.randint(0, 3, (batch,))


def step():
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


step(), step()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    step()
    ms = 1000 * (time.perf_counter() - start)
    print(ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
`;

// What the module that everybody has costs, by import.
import 'node:net';
